"""One folder for each transport. No transport imports another."""
