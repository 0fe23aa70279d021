"""Deadlines: when each exchange that has one is due, and whether it was met."""
