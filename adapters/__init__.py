"""The private formats of the agencies' systems, and the ways to carry messages. Nothing here sees the database."""
