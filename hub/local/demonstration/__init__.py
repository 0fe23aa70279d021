"""The demonstration and its simulated agencies."""
