"""The courts' Common Platform: hearings by their ids, and published lists."""
