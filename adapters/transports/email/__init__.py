"""Email: each message is sent as an attachment to an address of the recipient."""
