"""Commands about accounts, agency keys and certificates."""
