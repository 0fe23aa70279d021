"""The content of documents and messages, encrypted, and its keys."""
