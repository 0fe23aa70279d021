"""The hub's own format: JSON messages with a payload of any kind, as agreed."""
