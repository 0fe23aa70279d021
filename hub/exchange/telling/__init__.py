"""What people may read about a message: its history, its evidence and, with a reason, its content."""
