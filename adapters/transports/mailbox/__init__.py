"""Mailbox: the hub keeps each message until its recipient, who cannot receive calls, has fetched it."""
