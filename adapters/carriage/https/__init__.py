"""Calls over HTTPS: settings, connections with a time limit for the whole answer, and OAuth 2 tokens."""
