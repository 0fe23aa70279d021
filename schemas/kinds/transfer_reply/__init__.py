"""The transfer_reply kind."""
