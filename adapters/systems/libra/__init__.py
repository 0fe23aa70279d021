"""Libra: the case system of the magistrates' courts, and the daily lists it sends."""
