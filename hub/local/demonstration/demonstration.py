"""The demonstration: real processes, real formats, simulated agencies that really receive."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from hub.access.assertions import AgencyKey
from hub.bootstrap import Hub, build_knowledge
from hub.client import Exchange, RefusedByExchange, Retrying
from hub.exchange.telling.story_views import OperatorStory
from hub.lifecycle import ON_PAPER, DeliveryState
from hub.local.demonstration.agencies import SimulatedAgencies
from hub.local.demonstration.calling import SPI_SOURCE, OwnManners
from hub.local.demonstration.own_systems import SECRET
from hub.local.demonstration.stories import Step, Story, real_samples, stories
from hub.local.exchange import LocalExchange, Progress
from hub.settings import Settings
from hub.sharing.terms.agencies import Agency, AgencyRole
from hub.telemetry.logs import Log
from schemas.json import JsonObject

_DELIVERED_WITHIN_SECONDS = 90
_FINAL = frozenset({DeliveryState.DELIVERED, ON_PAPER, DeliveryState.QUARANTINED})
_REAL_SAMPLES = Path("../shared/samples")


@dataclass(slots=True)
class SentStep:
    """One step that was sent: the answer, and the story of each message of it."""

    story: Story
    step: Step
    answer: JsonObject
    status: int
    messages: list[OperatorStory] = field(default_factory=list)


class Demonstration:
    """`run()` plays every story once and returns the results. The exchange stays up until `close()`."""

    def __init__(self, settings: Settings, log: Log, progress: Progress, only: str | None = None) -> None:
        """`only` is the name of one story. Raises KeyError if there is none with that name."""
        self._progress = progress
        run = datetime.now(UTC)
        made_up = list(stories(run, run.strftime("%Y%m%d%H%M%S%f"), only))
        self._stories = made_up if only is not None else made_up + list(real_samples(_REAL_SAMPLES))
        self.agencies = SimulatedAgencies(settings.state_dir / "agencies")
        self.exchange = LocalExchange(settings, log, progress)
        self._manners: OwnManners | None = None

    def start(self) -> None:
        """Start the exchange and the agencies. Raises Failure or ServerFailed."""
        self.exchange.state.lock()
        self.agencies.start()
        self._write_endpoints()
        self.exchange.start()

    def run(self, after_each_step: Callable[[LocalExchange], None] = lambda _: None) -> list[SentStep]:
        hub = self.exchange.hub
        keys: dict[str, AgencyKey] = {}
        played: list[SentStep] = []
        for story in self._stories:
            for step in story.steps:
                if step.after_receipts:
                    self._wait(hub, [each for each in played if each.story is story])
                self._progress(f"{story.title}: sending {step.title}")
                if step.by:
                    played.append(self._send_in_own_manner(story, step))
                else:
                    if step.caller not in keys:
                        keys[step.caller] = hub.access.issue_key(step.caller)
                    played.append(self._send(story, step, keys[step.caller]))
                after_each_step(self.exchange)
                self.exchange.check()
        self._progress("waiting for the receipts")
        self._wait(hub, played)
        return played

    def _send(self, story: Story, step: Step, key: AgencyKey) -> SentStep:
        with Exchange(self.exchange.address, key, retrying=Retrying(30)) as exchange:
            try:
                sent = exchange.send(step.body, step.media_type)
            except RefusedByExchange as refused:
                problems = [problem.as_dict() for problem in refused.problems]
                return SentStep(story, step, {"code": refused.code, "problems": problems}, refused.status)
        return SentStep(story, step, {"receipt": dict(sent.receipt.document)}, 202)

    def _send_in_own_manner(self, story: Story, step: Step) -> SentStep:
        exchange = self.exchange
        if self._manners is None:
            self._manners = OwnManners(exchange.hub, exchange.address, exchange.settings.state_dir / "keys-of-systems")
        status, answer = self._manners.send(step)
        return SentStep(story, step, answer, status)

    def _wait(self, hub: Hub, played: list[SentStep]) -> None:
        """Wait until every delivery of these has ended, or the time is over."""
        deadline = time.monotonic() + _DELIVERED_WITHIN_SECONDS
        while True:
            moving = [message["id"] for message in _look(hub, played) if not _has_ended(message)]
            if not (moving or hub.linking.waiting()) or time.monotonic() > deadline:
                return
            while True:  # reading all stories costs more, so it is done again only after these have ended
                self.exchange.check()
                time.sleep(0.1)
                moving = [id for id in moving if not _has_ended(hub.stories.show(id))]
                if not moving or time.monotonic() > deadline:
                    break

    def _write_endpoints(self) -> None:
        settings = self.exchange.settings
        agencies = build_knowledge(settings).registry.agencies.by_id.values()
        today = datetime.now(UTC).date()
        receiving = (a for a in agencies if a.exists(today) and a.role not in (AgencyRole.GATEWAY, AgencyRole.HUB))
        entries = [self._endpoint(agency) for agency in receiving]
        settings.endpoints_file().write_text("\n".join(entries), encoding="utf-8")
        named = {step.caller for story in self._stories for step in story.steps if step.by == "spi"}
        sources = (f'[[agency]]\nagency = "{caller}"\nsource_ids = ["{SPI_SOURCE}"]\n' for caller in sorted(named))
        settings.interfaces_file().write_text("".join(sources), encoding="utf-8")

    def _endpoint(self, agency: Agency) -> str:
        """Return the endpoint: HTTP with the hub's own JSON, unless a story says that the agency has a system of its
        own and receives in its folder."""
        entries = [_toml(agency.id, "hub_json", "https_push", {"url": self.agencies.endpoint_url(agency.id)})]
        by = self._carried(agency.id)
        for kind, system in self._spoken(agency.id).items():
            transport = by.get(kind, "folder")
            entries.append(_toml(agency.id, system, transport, self._receiving(agency, transport), kind))
        return "\n".join(entries)

    def _receiving(self, agency: Agency, transport: str) -> dict[str, str]:
        """The settings of the transport that leads to this simulated agency."""
        if transport == "folder":
            return {"path": str(self.agencies.inbox(agency.id).absolute())}
        base = self.agencies.endpoint_url(agency.id).removesuffix("/inbox")
        if transport == "spi_soap":
            return {"url": f"{base}/spi", "source_id": "Z00DEMO", "destination_id": "B00FORCE"}
        secret = self.exchange.settings.state_dir / "secret-of-simulated-agencies"
        secret.write_text(SECRET, encoding="ascii")
        return {
            "url": f"{base}/store",
            "token_url": f"{base}/token",
            "client_id": "exchange",
            "client_secret_file": str(secret.absolute()),
            "client_auth": "client_secret_post",
            "document_type": "PRE_SENTENCE_REPORT",
            "service_name": "justice-exchange",
            "prison_code": agency.names[0],
        }

    def _spoken(self, agency: str) -> dict[str, str]:
        """Return kind → system, for the stories that are played."""
        return {kind: system for story in self._stories for kind, system in story.systems.get(agency, {}).items()}

    def _carried(self, agency: str) -> dict[str, str]:
        """Return kind → transport, for the stories that are played."""
        return {kind: by for story in self._stories for kind, by in story.transports.get(agency, {}).items()}

    def close(self) -> None:
        self.exchange.stop()
        self.agencies.stop()


def _toml(agency: str, system: str, transport: str, settings: dict[str, str], kind: str | None = None) -> str:
    inline = ", ".join(f"{key} = {json.dumps(value)}" for key, value in settings.items())
    keys = f'agency = "{agency}"\nsystem = "{system}"\ntransport = "{transport}"\n'
    only = f'kinds = ["{kind}"]\n' if kind else ""
    return f"[[endpoint]]\n{keys}{only}settings = {{ {inline} }}\n"


def _look(hub: Hub, played: list[SentStep]) -> list[OperatorStory]:
    """Return the messages of these steps, each in the step where it comes first."""
    shown: dict[str, OperatorStory] = {}
    for each in played:
        each.messages = [hub.stories.show(id) for id in _with_followers(hub, each) if id not in shown]
        shown |= {message["id"]: message for message in each.messages}
    return list(shown.values())


def _has_ended(message: OperatorStory) -> bool:
    return all(delivery["state"] in _FINAL for delivery in message["deliveries"])


def _with_followers(hub: Hub, sent: SentStep) -> list[str]:
    """Return the messages of a step, and those that the hub wrote because of them."""
    own = [message["id"] for message in sent.answer.get("receipt", {}).get("messages", [])]
    asked = [
        other["id"]
        for id in own
        for other in hub.stories.show(id)["exchange"]
        if other["sender"] == "hub" and not sent.step.real
    ]
    return list(dict.fromkeys(own + asked))


def failures(played: list[SentStep]) -> list[str]:
    """Return why the demonstration did not end well; empty if it did. Real samples may contain parts that are rightly
    refused."""
    found = [reason for each in played for reason in _failures(each)]
    for story in {each.story.name: each.story for each in played}.values():
        clocks = [
            clock
            for each in played
            if each.story.name == story.name
            for message in each.messages
            for clock in message["clocks"]
        ]
        for name, state in story.clocks.items():
            states = {clock["state"] for clock in clocks if clock["clock"] == name}
            if states != {state}:
                found.append(f"{story.title}: the clock {name} is {sorted(states)}, not {state}")
    return found


def _failures(sent: SentStep) -> Iterator[str]:
    step = sent.step
    if sent.status != 202 and not step.real:
        yield f"{step.title}: answered {sent.status} {sent.answer.get('code')}"
    for message in sent.messages:
        for delivery in message["deliveries"]:
            if delivery["state"] not in (DeliveryState.DELIVERED, ON_PAPER):
                what = f"{step.title}: {message['kind']} to {delivery['recipient']}"
                yield f"{what} is {delivery['state']}: {delivery['why']}"
