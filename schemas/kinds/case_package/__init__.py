"""The case_package kind."""
