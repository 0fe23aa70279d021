"""Who is who: which messages are about the same person in the same case."""
