"""A message on its way from document to record: decoded, validated, decided, minimised, recorded."""
