"""Decides whether a message may go to an agency, and which of its fields."""
