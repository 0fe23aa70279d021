"""The index_answer kind."""
