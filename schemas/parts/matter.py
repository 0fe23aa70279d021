"""Whom a message is for, what it is about as far as several agencies act in it, and who may say what about it."""

from dataclasses import dataclass
from enum import StrEnum


class Target(StrEnum):
    """A recipient by its part in the case. The registry finds the agency from the payload's `facts`."""

    COURT = "court"  # found by the fact: court = OU code
    # found by the fact: area = agency id; otherwise the probation area of the court, or of the police force
    AREA = "area"
    POLICE = "police"  # found by the fact: force = two-character force code
    # found by the fact: prison = agency id; otherwise prison_as_written; otherwise the reception table, by sex and
    # age_group
    PRISON = "prison"
    CPS = "cps"  # the CPS area of the force, or of the court's area
    RESEARCH = "research"  # the agency that counts reconvictions without learning who the people are
    DIRECTORATE = "directorate"  # the national directorate of prisons and probation
    SENDER = "sender"  # the agency that sent the message
    # the areas that supervise the person, or else know them; known only after the person has been linked. If the
    # message has AREA as a target too, only areas that supervise
    SUPERVISOR = "supervisor"
    EXCHANGE = "exchange"  # the exchange itself: it acts on the message, if a protocol lets it have it; nothing is sent
    NAMED = "named"  # the recipient that the envelope names, or those that the payload names


class Keeping(StrEnum):
    """How an agency keeps a matter."""

    BEGINS = "begins"  # the message begins a matter of its sender's own; another agency may use the same number
    ANSWERS = "answers"  # it says something about a matter that another message began
    ALONE = "alone"  # one agency at a time keeps such a matter


class SaidBy(StrEnum):
    """Which party of a matter may say what a message says."""

    ANY = "any"
    KEEPER = "keeper"  # only the keeper withdraws what it began
    OTHERS = "others"  # the keeper does not answer itself


@dataclass(frozen=True, slots=True)
class Matter:
    """What a message is about as far as several agencies act in it: a case at a court, a warrant, a transfer.

    `keeper` is the agency that decides about it: a reference as the message writes it, or Target.SENDER; None if the
    message does not say. Whoever a party sends the matter to may speak about it; `admits` limits this to some of its
    recipients. `passes_to` names agencies to which the matter goes from here. `forces` are pairs of a case
    reference and the police force that it names. `said_by` is the party that may say this. If `spoken_by` names
    agencies, only they say it.
    """

    name: str
    keeper: str | None
    keeping: Keeping
    admits: tuple[Target, ...] | None = None
    passes_to: tuple[str, ...] = ()
    forces: tuple[tuple[str, str], ...] = ()
    said_by: SaidBy = SaidBy.ANY
    spoken_by: tuple[str, ...] = ()
