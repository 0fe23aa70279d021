"""What the agencies agreed: identifiers, message kinds, the agencies themselves and their sharing protocols."""
