"""Who may do what: the roles of people, the rights that each carries, and those that are only given by name. Pure."""

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Right(StrEnum):
    READ_STORIES = "read_stories"
    """What became of messages: states, clocks, holds, likenesses. Never a body."""
    READ_JOURNAL = "read_journal"
    READ_BODY = "read_body"
    """What a message says; each reading needs a reason."""
    MANAGE_PEOPLE = "manage_people"
    HAND_IN = "hand_in"
    """Send and collect in an agency's name."""
    DECIDE_LINKS = "decide_links"
    CHANGE_KEYS = "change_keys"
    RELEASE_QUARANTINE = "release_quarantine"
    PAUSE_PARTNERS = "pause_partners"
    RUN_RETENTION = "run_retention"
    BACK_UP = "back_up"
    CHANGE_HOLDS = "change_holds"
    REPORT_SUBJECT = "report_subject"
    """Tell people what is held about them; it prints values, so READ_BODY is needed too."""
    PROPOSE_PROTOCOLS = "propose_protocols"
    APPROVE_PROTOCOLS = "approve_protocols"


class StaffRole(StrEnum):
    VIEWER = "viewer"
    OPERATOR = "operator"
    PROTOCOL_OFFICER = "protocol_officer"
    APPROVER = "approver"
    AUDITOR = "auditor"


GIVEN_APART = frozenset({Right.READ_BODY, Right.MANAGE_PEOPLE})
"""No role carries them: they are given to a person by themselves."""

RIGHTS_OF_ROLE: Mapping[StaffRole, frozenset[Right]] = {
    StaffRole.VIEWER: frozenset({Right.READ_STORIES}),
    StaffRole.OPERATOR: frozenset(
        {
            Right.READ_STORIES,
            Right.HAND_IN,
            Right.DECIDE_LINKS,
            Right.CHANGE_KEYS,
            Right.RELEASE_QUARANTINE,
            Right.PAUSE_PARTNERS,
            Right.RUN_RETENTION,
            Right.BACK_UP,
        }
    ),
    StaffRole.PROTOCOL_OFFICER: frozenset(
        {Right.READ_STORIES, Right.PROPOSE_PROTOCOLS, Right.CHANGE_HOLDS, Right.REPORT_SUBJECT}
    ),
    StaffRole.APPROVER: frozenset({Right.READ_STORIES, Right.APPROVE_PROTOCOLS}),
    StaffRole.AUDITOR: frozenset({Right.READ_STORIES, Right.READ_JOURNAL}),
}


def rights_of(roles: Iterable[StaffRole], apart: Iterable[Right]) -> frozenset[Right]:
    """Everything that the roles carry, and of `apart` what may be given so; nothing else."""
    carried = frozenset().union(*(RIGHTS_OF_ROLE[role] for role in roles))
    return carried | (frozenset(apart) & GIVEN_APART)
