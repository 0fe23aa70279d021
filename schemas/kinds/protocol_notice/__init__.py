"""The protocol_notice kind."""
