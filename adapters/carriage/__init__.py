"""What the transports share: how settings are read, which parcels may leave, which files of an inbox may be taken."""
