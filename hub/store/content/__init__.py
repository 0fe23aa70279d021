"""What documents and messages say, encrypted, and the keys for it."""
