"""The supervision_started kind."""
