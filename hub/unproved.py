"""The failures of what cannot be proved, and of an exchange that waits for a person after a restore."""

from hub.errors import Failure, StoreUnavailable


class StandingStill(StoreUnavailable):
    """A backup was put back, and the exchange waits for a person."""

    code = "restore.not_reviewed"
    retry_after_seconds = 600


class ReviewOutdated(Failure):
    code = "restore.review_outdated"
    status = 409


class StateUnproved(Failure):
    """Rows that decide something stand otherwise than the journal says."""

    code = "state.unproved"
    status = 503


class SealingHeldUp(Failure):
    code = "journal.not_sealed"
    status = 503


class WitnessesSilent(Failure):
    code = "witness.silent"
    status = 503
