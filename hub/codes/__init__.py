"""The code lists that an operator imports, and what they say about the codes in a message."""
