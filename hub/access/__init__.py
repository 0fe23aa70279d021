"""Who may speak for whom."""
