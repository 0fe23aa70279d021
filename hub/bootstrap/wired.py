"""Builds the wiring: what every part of the exchange is built from."""

from adapters.catalogue import interfaces_by_address as by_address
from hub.access.standstill import Standstill
from hub.approval.proposals import Proposals
from hub.approval.rules import RulesInForce
from hub.bootstrap.knowledge import Knowledge
from hub.clock import Clock
from hub.exchange.partners.carried_witness import WitnessesNamed
from hub.exchange.partners.endpoints import load_endpoints
from hub.exchange.partners.interface_settings import load_interface_settings
from hub.exchange.partners.limits import LimitsByAgency, load_limits, usual_limits
from hub.exchange.partners.operator_file import OperatorFile
from hub.exchange.wiring import Wiring
from hub.journal.acceptance_notes import AcceptanceNotes
from hub.journal.attesting import Attesting
from hub.journal.signing_keys import signing_keys
from hub.journal.witnesses import Witnesses
from hub.sharing.agreed.live import LiveRegistry
from hub.store.database.engine import Store
from hub.telemetry.logs import Log


def build_wiring(knowledge: Knowledge, store: Store, clock: Clock, log: Log) -> Wiring:
    """Raises SettingsWrong."""
    settings, agencies = knowledge.settings, knowledge.registry.agencies
    signing = signing_keys(settings.signing_keys(), clock.now())
    live, rules = LiveRegistry(store, clock, knowledge.folders, knowledge.catalogue), RulesInForce(store, clock)
    endpoints = OperatorFile(
        settings.endpoints_file(), lambda file: load_endpoints(file, knowledge.adapters, agencies), log
    )
    named = WitnessesNamed(knowledge.adapters, agencies, endpoints.current, settings.state_dir)
    witnesses = Witnesses(store, signing, named.all(settings.witness), settings.witness_silent_seconds_max)
    return Wiring(
        settings=settings,
        clock=clock,
        log=log,
        store=store,
        catalogue=knowledge.catalogue,
        adapters=knowledge.adapters,
        agencies=agencies,
        live=live,
        assessor=knowledge.assessor.following(live),
        signing=signing,
        attesting=Attesting(signing, clock),
        standstill=Standstill(store, clock),
        witnesses=witnesses,
        notes=AcceptanceNotes(settings.state_dir / "accepted"),
        endpoints=endpoints,
        interfaces=OperatorFile(
            settings.interfaces_file(),
            lambda file: load_interface_settings(file, by_address(), agencies, knowledge.adapters.transports),
            log,
        ),
        limits=LimitsByAgency(
            usual_limits(settings),
            OperatorFile(settings.limits_file(), lambda file: load_limits(file, usual_limits(settings), agencies), log),
        ),
        rules=rules,
        proposals=Proposals(store, clock, rules),
    )
