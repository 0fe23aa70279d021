"""The indicators of the service, defined once: what is counted, what is left out and why, and where it is asked for."""
