"""Measures the portal beside a bare-Django floor: `make bench`."""
