"""Reads what the CPS sends."""
