"""The prisoner_received kind."""
