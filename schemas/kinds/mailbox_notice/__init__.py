"""The mailbox_notice kind."""
