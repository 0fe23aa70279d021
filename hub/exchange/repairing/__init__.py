"""Quarantine, corrections, bulk work and replay: what a person does after something went wrong."""
