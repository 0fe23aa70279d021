"""Writes what the Standard Police Interface receives."""
