"""What the transports share: reading settings, limits on parcels, and rules for the files of an inbox."""
