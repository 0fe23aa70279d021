"""The failures of the local installation: one class for each part of it. The code says what is wrong."""

from hub.errors import CodedFailure


class ServerFailed(CodedFailure):
    """PostgreSQL or Redis cannot be started here."""


class ProcessFailed(CodedFailure):
    """A process of the hub cannot be started, or stops several times by itself."""


class StateRefused(CodedFailure):
    """The state folder cannot be used."""


class StateLocked(StateRefused):
    """Another hub uses the folder. `pid` is its process, if it is known."""

    def __init__(self, folder: str, pid: int | None) -> None:
        holder = f"process {pid}" if pid else "another process"
        super().__init__(
            "state.locked",
            f"The state folder {folder} is in use by {holder}.",
            "Stop that hub first, or use another state folder for this one (HUB_STATE_DIR).",
        )
        self.pid = pid


class BackupFailed(CodedFailure):
    """A backup cannot be made or restored. Nothing is left half done."""
