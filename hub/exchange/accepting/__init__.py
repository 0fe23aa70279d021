"""Receiving a document, and the actions that follow once a message is accepted."""
