"""A first profile from a sample file: what its layout seems to be, and what its fields seem to mean."""
