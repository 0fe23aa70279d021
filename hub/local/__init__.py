"""Starts the exchange on one machine with one command: our own PostgreSQL and Redis, and the watched processes of the
hub."""
