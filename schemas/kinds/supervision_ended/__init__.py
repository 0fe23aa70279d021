"""The supervision_ended kind."""
