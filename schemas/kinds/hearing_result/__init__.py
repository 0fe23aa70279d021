"""The hearing_result kind."""
