"""The bail_information kind."""
