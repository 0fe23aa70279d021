"""One folder an agency system. No system knows another."""
