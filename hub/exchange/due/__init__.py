"""Work that becomes due with time: reminders, notices, linking and clearing up."""
