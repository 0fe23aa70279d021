"""Translates a message to a file of one record. The file is read back, and whatever does not come back the same is
listed as unexpressed, so that no function, width or encoding loses anything unnoticed."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from adapters.contract import Encoded, Outbound
from adapters.mapping.language.forms import Form, shape_of
from adapters.mapping.language.function import Unfit
from adapters.mapping.profiles.profile import Block, Column, Exchange
from adapters.mapping.record import UNSAFE, Entry, Format
from adapters.mapping.translation.decoding import DOCUMENTS, translate
from adapters.mapping.translation.validation import faults_of
from schemas.problem import Problem, Refused
from schemas.shape import leaves_of, values_at


def encode(message: Outbound, exchange: Exchange, form: Format) -> Encoded:
    """Write the message. Raises Refused (profile.cannot_express) if the format cannot hold something that the kind
    requires."""
    body = form.write(exchange, _Writer(message).entry(exchange.record, message.payload))
    try:
        records = form.read(body).records
    except Refused:
        records = ()
    if len(records) != 1:
        raise _cannot_express("the message", "the format cannot hold it")
    back = translate(records[0], form.noun, {}).payload
    _refuse_unreadable(message, exchange, back)
    return Encoded(body, form.media_type, form.file_suffix, tuple(_lost(message.payload, back, exchange)))


class _Writer:
    def __init__(self, message: Outbound) -> None:
        self._contents = {attachment.sha256: attachment.content for attachment in message.attachments}
        self._envelope = {
            "@sender": message.sender,
            "@recipient": message.recipient,
            "@reference": message.reference,
            "@sent_at": message.sent_at.isoformat(),
        }

    def entry(self, block: Block, node: Any) -> Entry:
        fields: dict[str, str] = {}
        for column in block.columns:
            text = self._text(column, node)
            if column.wire is not None and text:
                fields[column.wire] = text
        groups = {
            group.pattern: tuple(
                below
                for part in group.path.find(node) or ()
                if self._travels(group, part) and (below := self.entry(group, part)).fields
            )
            for group in block.groups
        }
        return Entry("", fields, groups)

    def _text(self, column: Column, node: Any) -> str | None:
        value: Any = None
        if column.constant is not None and column.wire is not None:
            return str(column.constant)
        if column.envelope is not None:
            value = self._envelope[column.envelope]
        elif column.pipeline.gives is Form.CONTENT:
            value = self._contents.get(node.get("sha256", ""))
        elif column.path is not None:
            value = column.path.find(node)
        if value is None or column.wire is None:
            return None
        try:
            return UNSAFE.sub("", column.pipeline.write(value)).strip()
        except Unfit:
            return None  # it will not be read back, so it will be listed

    def _travels(self, group: Block, part: Any) -> bool:
        """If the format cannot carry the bytes of a document, the document is not named either, because its name alone
        would be refused."""
        if group.pattern != DOCUMENTS:
            return True
        carried = any(column.pipeline.gives is Form.CONTENT for column in group.columns)
        return carried and part.get("sha256") in self._contents


def _lost(payload: Mapping[str, Any], back: Mapping[str, Any], exchange: Exchange) -> Iterator[str]:
    model = exchange.kind.payload
    slots = shape_of(model).slots
    for leaf in leaves_of(model):
        came_back = dict(values_at(back, leaf.path))
        for at, value in values_at(payload, leaf.path):
            if not slots[leaf.path].same(value, came_back.get(at)):
                yield at


def _refuse_unreadable(message: Outbound, exchange: Exchange, back: Mapping[str, Any]) -> None:
    """A minimised message may lack what its kind requires; but the format itself must not lose more."""
    model = exchange.kind.payload
    before = faults_of(model, json.dumps(dict(message.payload)))
    missing = sorted({path for path, _ in faults_of(model, json.dumps(dict(back))) - before})
    if missing:
        raise _cannot_express(", ".join(missing) or "the message", "the format cannot hold it as it is")


def _cannot_express(where: str, problem: str) -> Refused:
    cure = "add it to the profile, or send the message in another format"
    return Refused(Problem("profile.cannot_express", where, problem, cure))
