"""How much may be accepted now: of all agencies, and of one."""
