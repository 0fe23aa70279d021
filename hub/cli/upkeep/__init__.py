"""Look after the exchange: alerts, settings, upgrades."""
