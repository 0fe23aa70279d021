"""protocol_notice, version 1: the exchange warns the parties of a protocol that its end or its review comes near."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from schemas.category import Category
from schemas.kind import MessageKind, Payload
from schemas.parts.offence import CaseDate
from schemas.parts.part import CaseLabel


class ProtocolNotice(Payload):
    """`on` is the last day in force, or the day of the review. `parties` are the agencies that receive the notice."""

    protocol: CaseLabel
    protocol_version: Annotated[int, Field(ge=1), Category.CASE]
    title: Annotated[str, Field(min_length=1, max_length=2_000), Category.CASE] | None = None
    occasion: Annotated[Literal["expiry", "review"], Category.CASE]
    on: CaseDate
    days_left: Annotated[int, Field(ge=0, le=90), Category.CASE]
    parties: Annotated[tuple[CaseLabel, ...], Field(min_length=1, max_length=5_000)]

    def subject(self) -> str:
        return f"protocol:{self.protocol}:{self.protocol_version}:{self.occasion}"

    def facts(self) -> Mapping[str, str]:
        return {}

    def named(self) -> tuple[str, ...]:
        return self.parties

    def counts(self) -> Mapping[str, int]:
        return {"cases": 0, "defendants": 0, "offences": 0, "results": 0}


KIND = MessageKind("protocol_notice", 1, "Notice about a sharing protocol", ProtocolNotice, notifies=True)
