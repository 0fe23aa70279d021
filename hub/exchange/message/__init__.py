"""A message from its document to its record: decoded, validated, decided, minimised, recorded."""
