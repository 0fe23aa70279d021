"""The protocol versions in force: proposed, approved, and loaded by running processes."""
