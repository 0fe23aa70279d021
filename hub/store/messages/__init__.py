"""Messages, their deliveries, clocks and mailboxes."""
