"""Values that identify nobody: placeholders that systems fill in when they do not know the real value."""
