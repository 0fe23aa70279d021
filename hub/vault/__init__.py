"""Encryption at rest: a key for each message and document, wrapped by a master key from a file or a key service."""
