"""Receiving a document, and what follows from a message once it is accepted."""
