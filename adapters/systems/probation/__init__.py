"""The probation areas' own case management systems, one profile each."""
