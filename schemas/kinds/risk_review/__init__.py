"""The risk_review kind."""
