"""Writes the pages of docs that are made from what the schemas describe."""
