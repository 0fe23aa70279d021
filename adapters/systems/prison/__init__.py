"""prison: the prison's own system, in a layout of ours for illustration."""
