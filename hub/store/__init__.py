"""Everything that the exchange keeps. SQL is written only here."""
