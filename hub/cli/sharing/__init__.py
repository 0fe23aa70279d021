"""Commands about protocols, profiles and code lists."""
