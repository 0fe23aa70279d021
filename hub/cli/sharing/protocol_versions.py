"""Commands that change the sharing protocols: versions, propose, approve, reject, diff."""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import agreed, open_hub
from hub.cli.speaking.options import AsJson, By, Seen
from hub.cli.speaking.screen import out, print_json, table
from hub.counting import counted
from hub.errors import NotFound, ValueUnusable
from schemas.nearest import did_you_mean
from schemas.problem import Refused

if TYPE_CHECKING:
    from hub.bootstrap import Hub
    from hub.sharing.terms.protocols import SharingProtocol, SharingRegistry
    from hub.store.sharing.protocols import KeptVersion
    from schemas.catalogue import Catalogue

Proposal = Annotated[str, typer.Argument(help="The id of a proposal, or its first characters.")]


def add_commands(protocols: typer.Typer) -> None:
    for command in (versions, propose, review, approve, reject, diff):
        protocols.command()(command)


def versions(
    protocol: Annotated[str | None, typer.Argument(help="Only this protocol.")] = None, as_json: AsJson = False
) -> None:
    """Every version: who proposed it, who decided, and from when it is in force."""
    with open_hub() as hub:
        kept = hub.protocols.versions()
        if protocol is not None:
            waiting = (each.protocol.id for each in hub.wiring.live.not_agreed())
            known_protocol(protocol, (*(version.protocol for version in kept), *waiting))
        rows = [_row(hub, version) for version in kept if protocol in (None, version.protocol)]
        rows += [
            {"protocol": each.protocol.id, "version": each.protocol.version, "state": "not agreed: propose it"}
            for each in hub.wiring.live.not_agreed()
            if protocol in (None, each.protocol.id)
        ]
    if as_json:
        print_json(rows)
        return
    columns = ("protocol", "version", "state", "starts", "proposed_by", "decided_by", "reason", "id")
    out().print(table("", (c.replace("_", " ") for c in columns), ([row.get(c) for c in columns] for row in rows)))


def known_protocol(name: str, known: Iterable[str]) -> str:
    """Raises ValueUnusable if no protocol has that id."""
    ids = frozenset(known)
    if name not in ids:
        cure = did_you_mean(name, ids) or "see their ids: hub protocols list"
        raise ValueUnusable("value.unknown", f"there is no protocol {name}", cure)
    return name


def propose(
    file: Annotated[Path, typer.Argument(help="The new version.", exists=True, dir_okay=False)], by: By = None
) -> None:
    """Propose a new version. It is checked in full, and is in force once another person has approved it."""
    with open_hub() as hub:
        who = acting(hub, Right.PROPOSE_PROTOCOLS, by=by)
        proposed = hub.protocols.propose(file.name, file.read_text(encoding="utf-8"), who)
    out().print(f"{proposed.protocol} version {proposed.version} is proposed. Another person decides:")
    out().print(f"  hub protocols review {proposed.id}")


def review(proposal: Proposal) -> None:
    """Show what a proposal changes, and the value to approve exactly that."""
    with open_hub() as hub:
        acting(hub, Right.READ_STORIES)
        id = hub.protocols.waiting(proposal)
        shown = hub.approving.show(str(id))
        version = next(each for each in hub.protocols.versions() if each.id == id)
        new, registry = hub.protocols.read(version).protocol, hub.wiring.live.current()
        known = [each for each in registry.protocols if each.id == new.id]
        if known:
            _print_changes(max(known, key=lambda each: each.version), new, hub.knowledge.catalogue)
        else:
            out().print(version.text, markup=False, soft_wrap=True)
    out().print(f"proposed by {shown['proposed_by']}; nobody can approve it after {shown['expires_at']}")
    out().print(f"  hub protocols approve {id} --seen {shown['seen']}", soft_wrap=True)


def approve(proposal: Proposal, seen: Seen = None, by: By = None) -> None:
    """Approve another person's proposal. It is in force from its first day, and never changes again."""
    with open_hub() as hub:
        who = acting(hub, Right.APPROVE_PROTOCOLS, by=by)
        approved = hub.protocols.approve(hub.protocols.waiting(proposal), who, seen)
        starts = hub.protocols.read(approved).protocol.starts
    out().print(f"{approved.protocol} version {approved.version} is approved, in force from {starts}.")


def reject(proposal: Proposal, reason: Annotated[str, typer.Option(help="Why.")], by: By = None) -> None:
    """Reject a proposal, or withdraw your own."""
    with open_hub() as hub:
        who = acting(hub, Right.READ_STORIES, by=by)
        if not any(str(each.id).startswith(proposal) for each in hub.protocols.versions() if each.proposed_by == who):
            acting(hub, Right.APPROVE_PROTOCOLS, by=by)
        rejected = hub.protocols.reject(hub.protocols.waiting(proposal), who, reason)
    out().print(f"{rejected.protocol} version {rejected.version} is rejected.")


def diff(
    what: Annotated[str, typer.Argument(help="A protocol file with the new wording, or the id of a protocol.")],
    before: Annotated[int | None, typer.Argument(help="With a protocol id: the earlier version.")] = None,
    after: Annotated[int | None, typer.Argument(help="With a protocol id: the later version.")] = None,
    as_json: AsJson = False,
) -> None:
    """What a new wording changes: which field, for whom. A file is compared with the newest agreed version."""
    from hub.sharing.agreed.matrix import changed_conditions, changes

    if before is not None and after is None:
        raise typer.BadParameter("give two versions, the earlier and the later, or none")
    if before is None or after is None:
        registry, catalogue = agreed()
        old, new = _against_the_newest(Path(what), registry, catalogue)
    else:
        with open_hub() as hub:
            old, new = (_version(hub, what, number) for number in (before, after))
            catalogue = hub.knowledge.catalogue
    if as_json:
        found, conditions = changes(old, new, catalogue), changed_conditions(old, new, catalogue)
        names = ("sender", "recipient", "kind", "before", "after")
        changed = [dict(zip(names, each, strict=True)) for each in conditions]
        print_json({"fields": [asdict(change) for change in found], "conditions": changed})
        return
    _print_changes(old, new, catalogue)


def _print_changes(old: "SharingProtocol", new: "SharingProtocol", catalogue: "Catalogue") -> None:
    from hub.sharing.agreed.matrix import changed_conditions, changes

    found, conditions = changes(old, new, catalogue), changed_conditions(old, new, catalogue)
    rows = [(c.sender, c.recipient, c.kind, c.path, c.before, c.after) for c in found]
    title = f"{new.id}: version {old.version} to {new.version}, {counted(len(found), 'field')} changed"
    out().print(table(title, ("from", "to", "kind", "field", "before", "after"), rows))
    if conditions:
        lines = [(*way, "; ".join(before), "; ".join(after)) for *way, before, after in conditions]
        out().print(table("Conditions", ("from", "to", "kind", "before", "after"), lines))


def _against_the_newest(
    file: Path, registry: "SharingRegistry", catalogue: "Catalogue"
) -> "tuple[SharingProtocol, SharingProtocol]":
    from hub.sharing.checking.protocol_rules import read_protocols
    from hub.sharing.terms.source import Source

    if not file.is_file():
        ids = [one.id for one in registry.protocols]
        cure = "give two versions of that protocol" if str(file) in ids else did_you_mean(str(file), ids)
        raise ValueUnusable(
            "value.unknown", f"there is no file {file}", cure or "see the protocols: hub protocols list"
        )
    source = Source(file.name, file.read_text(encoding="utf-8"))
    written, problems = read_protocols((source,), registry.agencies, catalogue)
    if problems:
        raise Refused(*problems)
    new = written[0].protocol
    known = [one for one in registry.protocols if one.id == new.id]
    if not known:
        raise NotFound(f"there is no protocol {new.id} to compare it with", "see their ids: hub protocols list")
    return max(known, key=lambda one: one.version), new


def _version(hub: "Hub", protocol: str, number: int) -> "SharingProtocol":
    """The agreed or proposed one of that number, else the last that was rejected."""
    kept = hub.protocols.versions()
    known_protocol(protocol, (version.protocol for version in kept))
    of_it = [version for version in kept if version.protocol == protocol]
    found = [version for version in of_it if version.version == number]
    if not found:
        numbers = ", ".join(map(str, sorted({version.version for version in of_it})))
        raise ValueUnusable("value.unknown", f"there is no version {number} of {protocol}", f"use one of: {numbers}")
    return hub.protocols.read(min(found, key=lambda version: version.state == "rejected")).protocol


def _row(hub: "Hub", version: "KeptVersion") -> dict[str, object]:
    return {
        "id": str(version.id),
        "protocol": version.protocol,
        "version": version.version,
        "state": str(version.state),
        "starts": hub.protocols.read(version).protocol.starts.isoformat(),
        "proposed_by": version.proposed_by or "the folder of protocols",
        "proposed_at": version.proposed_at.isoformat(),
        "decided_by": version.decided_by,
        "decided_at": version.decided_at.isoformat() if version.decided_at else None,
        "reason": version.reason,
    }
