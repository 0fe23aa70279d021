"""Writes what the Common Platform receives."""
