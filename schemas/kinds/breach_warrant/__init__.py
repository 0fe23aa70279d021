"""The breach_warrant kind."""
