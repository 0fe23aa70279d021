"""Quarantine, bulk work and replay."""
