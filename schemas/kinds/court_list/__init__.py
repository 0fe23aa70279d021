"""The court_list kind."""
