"""Agency keys and certificates, and the accounts of people."""
