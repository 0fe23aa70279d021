"""The evidence of what the exchange did."""
