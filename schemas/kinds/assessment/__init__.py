"""The assessment kind."""
