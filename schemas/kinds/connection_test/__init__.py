"""The connection_test kind."""
