"""Work that falls due by itself: reminders, notices, linking and clearing up."""
