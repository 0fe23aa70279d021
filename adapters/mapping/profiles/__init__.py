"""A profile: as it is written, as it is checked, and as it is used."""
