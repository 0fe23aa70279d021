"""WS-Security: the exchange's own certificate, and who signed a message."""
