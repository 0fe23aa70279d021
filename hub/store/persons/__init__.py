"""The people whom areas supervise, whom each message is about, and what of it was destroyed."""
