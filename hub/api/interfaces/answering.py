"""One call of an interface, from the request to the answer in the caller's own words.

Everything behind the interface is the same as for `POST /v1/messages`: the limits, what is kept, the receipt.
"""

from dataclasses import dataclass, replace

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from adapters.calls import AnswerAtOnce, Asked, Call, Declined, HandIn, Interface, Operation, Outcome, Proof, Said
from hub.access.keys import Signature
from hub.api.bodies import IncomingBody, Posted
from hub.api.interfaces.handing_in import HandingIn
from hub.api.interfaces.proving import Proved, proved_by_headers, proved_by_message
from hub.api.limits.body_budget import BodyBudget
from hub.bootstrap import Hub
from hub.errors import Failure, ValueUnusable
from hub.exchange.accepting.unpack import body_limit, unpack
from schemas.problem import Refused

CALLED_AT = "called_at"
"""The key of a request's scope: the path that the caller called, if the operator gave the interface that address."""


@dataclass(frozen=True, slots=True)
class Answering:
    """One operation of one interface. `address` is that of the exchange."""

    interface: Interface
    operation: Operation
    address: str

    async def __call__(self, request: Request) -> Response:
        hub: Hub = request.app.state.hub
        call, proved = self._call(request, hub), None
        if not self.operation.proofs:  # anybody may ask, so a refusal is said as everywhere else
            self._refuse_unknown(request)
            return _response(await run_in_threadpool(self._at_once, call))
        try:
            self._refuse_unknown(request)
            call, proved, outcome = await self._taken(request, hub, call)
        except Failure as failure:
            outcome = _declined(failure)
        return _response(await run_in_threadpool(self._said, hub, call, proved, outcome))

    def _said(self, hub: Hub, call: Call, proved: Proved | None, outcome: Outcome) -> Said:
        """A signed message has a signed answer."""
        said = self.interface.said(call, outcome)
        if proved is None or proved.message is None:
            return said
        return replace(said, body=hub.signed_calls.answer(said.body, proved.message))

    def _call(self, request: Request, hub: Hub) -> Call:
        return Call(
            operation=self.operation,
            address=self.address + str(request.scope.get(CALLED_AT, request.url.path)),
            at=hub.clock.now(),
            parameters={name: str(value) for name, value in request.path_params.items()},
            query=dict(request.query_params),
            headers={name: request.headers[name] for name in self.operation.headers if name in request.headers},
        )

    def _refuse_unknown(self, request: Request) -> None:
        known = self.operation.query
        if any(name not in known for name in request.query_params):
            cure = f"use one of: {', '.join(sorted(known))}" if known else "this path takes no parameters"
            raise ValueUnusable("value.unknown", "the address has a parameter that this path does not know", cure)
        for name, value in request.query_params.items():
            if value:
                raise ValueUnusable("value.unknown", f"{name} stands in the address without a value", f"write ?{name}")

    def _at_once(self, call: Call) -> Said:
        asked = self.interface.asked(call)
        if not isinstance(asked, AnswerAtOnce):
            raise TypeError(f"{self.interface.name} takes a document from anybody")
        return asked.said

    async def _taken(self, request: Request, hub: Hub, call: Call) -> tuple[Call, Proved, Outcome]:
        """Also the call as it was read, and who made it. Raises Failure."""
        budget: BodyBudget = request.app.state.body_budget
        await run_in_threadpool(hub.capacity.check)
        proved = await run_in_threadpool(proved_by_headers, hub, request, self.operation)
        who = proved.agency.id if proved is not None else self.interface.name  # strangers share the room of one agency
        limits = hub.limits.of(who) if proved is not None else hub.limits.usual
        reading = IncomingBody.of(request, hub.settings, limits.body_bytes_max)
        encoding, signed = (request.headers.get(name) for name in ("content-encoding", "hub-signature"))
        async with budget.reserve(who, reading.size_bytes_max(encoding)):
            posted = await reading.posted()
            return await run_in_threadpool(self._received, hub, proved, call, posted, encoding, signed)

    def _received(
        self, hub: Hub, proved: Proved | None, call: Call, posted: Posted, encoding: str | None, signed: str | None
    ) -> tuple[Call, Proved, Outcome]:
        body = unpack(posted.body, encoding, body_limit(hub.settings, posted.body))
        call = replace(call, media_type=posted.media_type, body=body)
        if Proof.SIGNATURE in self.operation.proofs:
            proved = proved_by_message(hub, body, proved)
        if proved is None:
            raise TypeError(f"{self.interface.name} asks for no proof")
        try:
            call, signature = self._signature(hub, proved, call, posted, signed)
            handing_in = HandingIn(hub, self.interface, proved, posted, signature)
            return call, proved, handing_in.outcome(self._asked(call))
        except Failure as failure:
            return call, proved, _declined(failure)

    def _signature(
        self, hub: Hub, proved: Proved, call: Call, posted: Posted, signed: str | None
    ) -> tuple[Call, Signature | None]:
        """The signature of the document, and the call with what was signed alone. Raises AssertionRefused."""
        if proved.message is None:
            return call, hub.access.signature(proved.agency, signed, posted.body)
        opened, thumbprint = proved.message.opened, proved.message.certificate.thumbprint
        return replace(call, body=opened.envelope, addressed=opened.addressed), Signature(thumbprint, opened.signature)

    def _asked(self, call: Call) -> Asked:
        """What cannot be read is kept and refused, like every document."""
        try:
            return self.interface.asked(call)
        except Refused as refused:
            return HandIn(call.body, call.media_type, refused.problems)


def _declined(failure: Failure) -> Declined:
    later = failure.retry_after_seconds if failure.status in (429, 503) else None
    return Declined(failure.status, failure.code, failure.problem, (failure.as_problem(),), later)


def _response(said: Said) -> Response:
    headers = dict(said.headers) | ({"Content-Type": said.media_type} if said.media_type else {})
    return Response(said.body, said.status, headers)
