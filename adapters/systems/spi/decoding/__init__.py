"""Reads what the Standard Police Interface sends."""
