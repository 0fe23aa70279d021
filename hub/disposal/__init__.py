"""The end of life of what the exchange holds: retention, legal hold, subject access."""
