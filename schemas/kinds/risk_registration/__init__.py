"""The risk_registration kind."""
