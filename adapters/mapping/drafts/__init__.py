"""Drafts a profile from a sample file: guesses its layout and the meaning of its fields."""
