"""The end of retention: content that is due is destroyed, content on hold stays, and subjects learn what is held."""
