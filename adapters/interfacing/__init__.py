"""What the interfaces share."""
