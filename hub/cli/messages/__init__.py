"""Commands about messages and partners."""
