"""Reads what the Common Platform sends."""
