"""Translates a record to a message, and back."""
