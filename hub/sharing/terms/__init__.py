"""What agencies and protocols are, and what their clauses say about each field."""
