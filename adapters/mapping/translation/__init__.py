"""From a record to a message, and back."""
