"""Identity: which messages are about the same person in the same case."""
