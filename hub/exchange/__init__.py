"""The story: receive → decode → validate → decide → minimise → record → deliver → receipt."""
