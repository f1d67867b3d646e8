"""The pages of files: fetch, form, service, message, redirect."""
