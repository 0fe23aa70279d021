"""The failures of the hub. Each class has its stable code, its HTTP status, and whether trying again can help. Each
failure says what to do next. No failure contains personal data. schemas/codes explains every code, and docs/failing.md
says how code reports a failure."""

import math

from schemas.problem import Explained, Problem


class Failure(Explained):
    """The caller cannot get what it asked for."""

    code: str
    status = 500
    retryable = False
    retry_after_seconds = 5
    """When trying again can help, for a failure of status 429 or 503."""

    def __init__(self, problem: str, cure: str, where: str = "") -> None:
        super().__init__(f"{self.code}: {problem}")
        self.problem = problem
        self.cure = cure
        self.where = where
        self.problems = (self.as_problem(),)

    def as_problem(self) -> Problem:
        return Problem(self.code, self.where, self.problem, self.cure)


class CodedFailure(Failure):
    """A class of failure with several codes; `code` says which of them it is."""

    def __init__(self, code: str, problem: str, cure: str, where: str = "") -> None:
        self.code = code
        super().__init__(problem, cure, where)


class ValueUnusable(CodedFailure):
    """What was given to a command or a path cannot be used: it names nothing that is known, or it cannot be read. The
    cure says what is allowed. A command then ends with exit code 2."""

    status = 422


class SettingsWrong(Failure):
    code = "settings.wrong"


class StoreUnavailable(Failure):
    code = "store.unavailable"
    status = 503
    retryable = True


class Busy(CodedFailure, StoreUnavailable):
    """The exchange cannot accept more at the moment."""

    def __init__(self, code: str, problem: str, retry_after_seconds: int) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(code, problem, f"send it again after {retry_after_seconds} seconds; nothing was accepted")


class TooManyCalls(Failure):
    code = "limit.calls"
    status = 429
    retryable = True

    def __init__(self, calls_max: int, within_seconds: int, retry_after_seconds: int) -> None:
        self.retry_after_seconds = max(1, retry_after_seconds)
        super().__init__(
            f"more than {calls_max} calls within {within_seconds} seconds",
            f"call again after {self.retry_after_seconds} seconds, and send several messages in one document",
        )


class TooManyOpen(Failure):
    code = "limit.open_messages"
    status = 429
    retryable = True
    retry_after_seconds = 60


class KeyServiceUnavailable(StoreUnavailable):
    """The hub waits for the key service as it waits for its database. Without the key service nothing can be read."""

    code = "vault.key_service_unavailable"


class KeysUnusable(CodedFailure):
    """The available keys cannot open what is kept."""

    status = 503


class WrongInstallation(CodedFailure):
    """The files of this state folder do not belong to that database."""

    status = 503


class ContentDamaged(Failure):
    code = "content.damaged"


class NotRunning(Failure):
    code = "hub.not_running"
    status = 503


class SchemaOutdated(Failure):
    code = "store.schema_outdated"
    status = 503


class MigrationBlocked(Failure):
    code = "store.migration_blocked"
    retryable = True


class StateUnknown(Failure):
    code = "store.state_unknown"


class Unauthenticated(Failure):
    code = "access.unauthenticated"
    status = 401


class AssertionRefused(CodedFailure, Unauthenticated):
    """The code says why, as far as a stranger may know."""


class LoginRefused(Unauthenticated):
    """A wrong password or code, no such account, or an account that is disabled or has expired. The answer is the same
    for all."""

    code = "access.login_refused"


class NotLoggedIn(Unauthenticated):
    """There is no session, or it has ended."""

    code = "access.not_logged_in"


class TooManyTries(Failure):
    code = "access.too_many_tries"
    status = 429
    retryable = True

    def __init__(self, seconds: float) -> None:
        self.retry_after_seconds = max(1, math.ceil(seconds))
        super().__init__(
            "too many wrong passwords were given",
            f"try again in {self.retry_after_seconds} seconds; a person who manages people can set a new password",
        )


class LoginBusy(Failure):
    code = "access.login_busy"
    status = 503
    retryable = True


class RightMissing(Failure):
    """The person is known, but may not do this."""

    code = "access.right_missing"
    status = 403


class PasswordToChange(Failure):
    """Somebody else set the password, so its owner must choose another before anything else."""

    code = "access.password_to_change"
    status = 403


class NotYourName(Failure):
    """`--by` names somebody other than the person who is logged in."""

    code = "access.not_your_name"
    status = 403


class PasswordRefused(Failure):
    code = "account.password_refused"
    status = 422


class AccountRefused(ValueUnusable):
    """An account cannot be made or changed in this way."""

    def __init__(self, problem: str, cure: str) -> None:
        super().__init__("account.refused", problem, cure)


class ReasonMissing(Failure):
    """Content may be read only with a reason."""

    code = "access.reason_missing"
    status = 422


class CertificateRefused(Failure):
    """Mutual TLS is required, and this certificate is not the caller's."""

    code = "access.certificate"
    status = 403


class KeyUnusable(Failure):
    code = "key.unusable"
    status = 422


class NotFound(Failure):
    """It does not exist, or the caller may not know of it. The answer is the same for both."""

    code = "message.not_found"
    status = 404


class ContentDestroyed(Failure):
    """The message is known, but its content is destroyed."""

    code = "content.destroyed"
    status = 410


class NotFetched(Failure):
    """A recipient acknowledges a message that it was never given."""

    code = "mailbox.not_fetched"
    status = 409


class PartnerPaused(Failure):
    """A paused partner is given nothing, not even what it fetches itself."""

    code = "partner.paused"
    status = 503
    retryable = True


class NotInQuarantine(NotFound):
    code = "quarantine.not_found"


class NotPaused(Failure):
    code = "partner.not_paused"
    status = 409


class NoInbox(Failure):
    """No files are collected from that agency."""

    code = "collect.no_inbox"
    status = 404


class BodyTooLarge(Failure):
    code = "body.too_large"
    status = 413


class BodyTooSlow(Failure):
    code = "body.too_slow"
    status = 408
    retryable = True


class EncodingUnsupported(Failure):
    code = "body.encoding_unsupported"
    status = 415


class BodyUnreadable(Failure):
    code = "body.unreadable"
    status = 422


class RepeatedInRequest(Failure):
    """A header, a parameter, a part or a key occurs twice, and nothing says which of the two counts."""

    code = "request.repeated"
    status = 422


class ProtocolRefused(CodedFailure):
    """A version of a sharing protocol may not be proposed, decided on or loaded from its file."""

    status = 409


class SignatureWrong(CodedFailure):
    """Something signed does not match its signature."""

    status = 422
