"""prison: the prison's own system, in an illustrative layout of ours."""
