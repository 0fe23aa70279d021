"""How somebody comes in: signing in here or elsewhere, and in which language."""
