"""Keys and ciphers: what is kept is sealed with a key of its own, and the key is wrapped by a master key."""
