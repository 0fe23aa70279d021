"""Protocol versions and the notices about them."""
