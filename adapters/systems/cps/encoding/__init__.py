"""Writes what the CPS receives."""
