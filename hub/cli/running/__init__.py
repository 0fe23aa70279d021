"""Commands that start the exchange and keep it."""
