"""connection_test, version 1: a person tries whether an agency receives what the exchange sends. It names no person."""

from collections.abc import Mapping

from schemas.kind import MessageKind, Payload
from schemas.parts.part import CaseLabel, CaseText


class ConnectionTest(Payload):
    """`tested` is the agency that receives it. `advice` says what to do with it."""

    tested: CaseLabel
    advice: CaseText | None = None

    def subject(self) -> str:
        return f"connection:{self.tested}"

    def facts(self) -> Mapping[str, str]:
        return {}

    def named(self) -> tuple[str, ...]:
        return (self.tested,)

    def counts(self) -> Mapping[str, int]:
        return {"cases": 0, "defendants": 0, "offences": 0, "results": 0}


KIND = MessageKind("connection_test", 1, "Test of a connection", ConnectionTest, tests_connections=True)
