"""The hub's own format: JSON messages that carry a payload of any kind as agreed."""
