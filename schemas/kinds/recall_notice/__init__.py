"""The recall_notice kind."""
