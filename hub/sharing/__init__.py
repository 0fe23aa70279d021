"""Who may send what to whom: agencies, sharing protocols, the decision, the fields that may leave, and why."""
