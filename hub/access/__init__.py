"""Who may act for which agency, and what people may do."""
