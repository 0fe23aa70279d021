"""What can stand in the way on the local machine. One class a kind of failure; the code says which one of it."""

from hub.errors import Failure


class LocalFailure(Failure):
    """Something of this machine stands in the way; `code` is stable and dotted, `cure` says what to do next."""

    status = 503

    def __init__(self, code: str, problem: str, cure: str) -> None:
        self.code = code
        super().__init__(problem, cure)


class ServerFailed(LocalFailure):
    """PostgreSQL or Redis cannot be started here."""


class ProcessFailed(LocalFailure):
    """A process of the hub cannot be started, or dies again and again."""


class StateRefused(LocalFailure):
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


class BackupFailed(LocalFailure):
    """A backup cannot be made or restored; nothing of it is half there."""
