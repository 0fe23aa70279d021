"""The wire formats a profile can state, one module each."""
