"""What all commands share: options, tables, who acts, and the connection to the hub."""
