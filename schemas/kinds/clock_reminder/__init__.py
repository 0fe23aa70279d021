"""The clock_reminder kind."""
