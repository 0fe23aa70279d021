"""Sending a message to its recipient, and recording how each attempt ended."""
