"""Commands about evidence, retention and linkage."""
