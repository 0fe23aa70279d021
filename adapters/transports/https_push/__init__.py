"""HTTPS push: each message is posted to an address of the recipient, who answers with a receipt."""
