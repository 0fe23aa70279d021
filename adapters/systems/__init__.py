"""One folder for each agency system. No system imports another."""
