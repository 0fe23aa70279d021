"""WS-Security by X.509: opens and verifies what callers signed and encrypted, and signs and encrypts the answers."""
