"""REST: a document by POST, with an OAuth 2 token."""
