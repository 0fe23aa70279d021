"""The Crown Prosecution Service: material of a case with its documents (CP20), and charges as JSON."""
