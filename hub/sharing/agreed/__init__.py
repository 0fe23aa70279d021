"""The protocol versions in force: proposed, approved, and taken up by running processes."""
