"""What people see of many messages: searches, and counts by day."""
