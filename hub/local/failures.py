"""What can go wrong on the local machine: one class for each part of it; the code says what it is."""

from hub.errors import CodedFailure


class ServerFailed(CodedFailure):
    """PostgreSQL or Redis cannot be started here."""


class ProcessFailed(CodedFailure):
    """A process of the hub cannot be started, or dies again and again."""


class StateRefused(CodedFailure):
    """The state folder cannot be used."""


class StateLocked(StateRefused):
    """Another hub holds the folder; `pid` is its process, when it is known."""

    def __init__(self, folder: str, pid: int | None) -> None:
        holder = f"process {pid}" if pid else "another process"
        super().__init__(
            "state.locked",
            f"The state folder {folder} is in use by {holder}.",
            "Stop that hub first, or give this one a state folder of its own (HUB_STATE_DIR).",
        )
        self.pid = pid


class BackupFailed(CodedFailure):
    """A backup cannot be made or restored; nothing of it is half there."""
