"""Who may send what to whom: agencies, sharing protocols, decisions, and which fields may be sent and why."""
