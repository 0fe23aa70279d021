"""What the agencies agreed: identifiers, message kinds, the legal parties and their sharing protocols."""
