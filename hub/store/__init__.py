"""What we keep. The only place where SQL is written."""
