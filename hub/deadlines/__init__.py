"""A deadline on every exchange that has one: when it is due, and whether it was met."""
