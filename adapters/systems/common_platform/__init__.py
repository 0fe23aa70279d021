"""Common Platform: hearing events, results and published court lists, in JSON."""
