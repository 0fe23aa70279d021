"""Reads a hearing, or a result for the police: what the court decided about each defendant."""
