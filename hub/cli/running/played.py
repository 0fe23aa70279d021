"""What became of the stories of the demonstration, story by story, as a person reads it."""

from collections.abc import Iterator
from datetime import datetime
from textwrap import TextWrapper
from typing import TYPE_CHECKING

from hub.counting import counted
from hub.deadlines.words import duration_words, state_words

if TYPE_CHECKING:
    from hub.exchange.telling.story_views import DeliveryView, OperatorStory
    from hub.local.demonstration.demonstration import SentStep

_WIDTH = 100


def played_lines(played: "list[SentStep]") -> Iterator[str]:
    """Each message with its id, and below it what every recipient got, and its clocks. No line is over 100 wide."""
    story = ""
    for sent in played:
        if sent.step.story != story:
            story = sent.step.story
            yield from ("", story[0].upper() + story[1:])
        if not sent.messages:
            yield from _folded(f"{sent.step.title}, from {sent.step.caller}: refused, {_why(sent)}", 2)
        for message in sent.messages:
            yield from _message(message)


def _why(sent: "SentStep") -> str:
    problems = sent.answer.get("problems", [])
    return str(problems[0]["code"] if problems else sent.answer.get("code", ""))


def _message(message: "OperatorStory") -> Iterator[str]:
    yield from _folded(f"{message['id']} {message['kind']} from {message['sender']}", 2)
    for delivery in message["deliveries"]:
        yield from _folded(_delivery(delivery), 4)
        if stopped := _stopped(message, delivery["recipient"]):
            yield from _folded(f"this stops {', '.join(stopped)}", 6)
    for clock in message["clocks"]:
        if clock["started_by"] == message["id"]:
            yield from _folded(f"clock {state_words(clock)}", 4)


def _delivery(delivery: "DeliveryView") -> str:
    forwarded = "forwarded to" if delivery["because_of"] else "to"
    withheld = len(delivery["withheld"])
    without = f", without {counted(withheld, 'field')}" if withheld else ""
    return f"{forwarded} {delivery['recipient']}: {delivery['state']}{_took(delivery)}{without}"


def _stopped(message: "OperatorStory", recipient: str) -> list[str]:
    """The clocks of other messages that this one ended for this recipient."""
    others = (clock for clock in message["clocks"] if clock["started_by"] != message["id"])
    return [clock["clock"] for clock in others if clock["toward"] == recipient]


def _took(delivery: "DeliveryView") -> str:
    if delivery["delivered_at"] is None:
        return ""
    began, ended = datetime.fromisoformat(delivery["created_at"]), datetime.fromisoformat(delivery["delivered_at"])
    return f" in {duration_words((ended - began).total_seconds())}"


def _folded(text: str, indent: int) -> list[str]:
    folding = TextWrapper(
        _WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return folding.wrap(text)
