"""The frame of a message: everything except the payload."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from adapters.fitting import fitted
from adapters.systems.hub_json.faults import doubts_of, problems_of
from schemas.fields import Moment
from schemas.problem import Problem


def _printable(text: str) -> str:
    if not text.isprintable() or text != text.strip():
        raise ValueError("it must have printable characters only, and no space at either end")
    return text


Label = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_printable)]


class WireDocument(BaseModel):
    """The bytes of one document, in base64."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str
    media_type: str | None = None
    content: str


class Frame(BaseModel):
    """The keys of a message. `id`, `correlation` and `causation` are the hub's own: they are allowed in a received
    message and ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    kind: str
    version: int
    sender: Label | None = None
    recipient: Label | None = None
    reference: Label
    sent_at: Moment | None = None
    payload: dict[str, Any]
    documents: list[WireDocument] = Field(default_factory=list)
    id: Any = None
    correlation: Any = None
    causation: Any = None


def read_frame(message: dict[str, Any], at: str) -> tuple[Frame | None, tuple[Problem, ...]]:
    """Return the frame, with doubts about what was left out of it; or what is wrong with it. `at` is the place of the
    message."""
    found = fitted(Frame, message)
    doubts = doubts_of(found.misfits, at, Frame)
    if found.payload is not None:
        return found.payload, doubts
    problems = (*problems_of(found.needed, at, Frame), *doubts)
    reference = message.get("reference")
    if reference is None or (isinstance(reference, str) and not reference.strip()):
        where = f"{at}.reference"
        cure = "send your own reference, different for each message"
        missing = Problem("reference.missing", where, "the message has no reference of the sender", cure)
        problems = (missing, *(problem for problem in problems if problem.where != where))
    return None, problems
