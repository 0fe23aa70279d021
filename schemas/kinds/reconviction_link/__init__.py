"""The reconviction_link kind."""
