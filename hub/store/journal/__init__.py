"""The journal and its seals."""
