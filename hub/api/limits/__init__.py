"""Limits for connections and requests, so that nobody keeps others out."""
