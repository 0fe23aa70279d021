"""The warrant_update kind."""
