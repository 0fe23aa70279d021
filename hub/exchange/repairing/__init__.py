"""Quarantine, corrections, bulk work and replay: what a person does when something went wrong."""
