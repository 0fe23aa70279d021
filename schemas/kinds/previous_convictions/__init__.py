"""The previous_convictions kind."""
