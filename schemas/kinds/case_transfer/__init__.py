"""The case_transfer kind."""
