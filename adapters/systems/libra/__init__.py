"""Libra: the case system of the magistrates' courts, and its daily court lists."""
