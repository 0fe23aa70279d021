"""The connection, and what all tables and queries share."""
