"""The programme_outcome kind."""
