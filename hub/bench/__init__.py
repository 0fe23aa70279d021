"""Measures the exchange on this machine: real processes and servers, made-up messages."""
