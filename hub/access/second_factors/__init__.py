"""Second factors: codes that a device of the person shows."""
