"""What people type on the pages of a file. A form validates; the services write."""
