"""The breach_information kind."""
