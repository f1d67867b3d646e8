"""Requests by the thousand, for measuring: rows as the services would have left them."""
