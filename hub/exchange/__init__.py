"""The way of a message: receive → decode → validate → decide → minimise → record → deliver → receipt."""
