"""From a hearing, or a result for the police, to what the court decided about each defendant."""
