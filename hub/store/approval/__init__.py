"""Proposals that wait for a second person, and the rules of the installation."""
