"""One folder a transport. No transport knows another."""
