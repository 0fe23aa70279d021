"""Reads and checks the files of agencies and protocols."""
