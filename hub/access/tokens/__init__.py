"""OAuth 2: the secrets of agencies' systems, and the short-lived tokens that they get for them."""
