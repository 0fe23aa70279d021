"""Supervised people, links to them, the people and case of each message, and what was destroyed."""
