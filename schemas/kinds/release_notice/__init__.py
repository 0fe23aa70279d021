"""The release_notice kind."""
