"""A prison's document store: each report is uploaded with what is known about it."""
