"""Commands about evidence: seal and verify the journal, prove an entry, check a proof or a receipt anywhere."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.options import AsJson
from hub.cli.speaking.screen import out, print_json, table
from hub.cli.speaking.typed import one_of
from hub.counting import counted
from hub.errors import NotFound, SignatureWrong
from hub.journal.events import Event
from schemas.json import Json

if TYPE_CHECKING:
    from hub.journal.verify import Finding

_Key = Annotated[Path, typer.Option("--key", help="The hub's public keys.", exists=True, dir_okay=False)]
_Out = Annotated[Path | None, typer.Option("--out", help="Write to this file instead of the screen.", dir_okay=False)]


def add_commands(cli: typer.Typer) -> None:
    journal = typer.Typer(help="The journal: list, seal, verify and prove entries.", no_args_is_help=True)
    for command in (seal, verify, head, prove, check):
        journal.command()(command)
    journal.command("list")(list_entries)
    journal.command("public-key")(public_key)
    cli.add_typer(journal, name="journal")
    receipt = typer.Typer(help="Receipts of the hub.", no_args_is_help=True)
    receipt.command("verify")(verify_receipt)
    receipt.callback()(lambda: None)  # so that `verify` stays a command of its own
    cli.add_typer(receipt, name="receipt")


def seal() -> None:
    """Seal all entries of the journal now. The running hub does it every few seconds."""
    with open_hub() as hub:
        sealed = hub.sealing.seal_all(hub.clock.now)
    out().print(f"{counted(sealed, 'entry')} sealed.")


def verify(
    known: Annotated[
        Path | None,
        typer.Option(
            "--head", help="A head kept elsewhere; the journal must still have it.", exists=True, dir_okay=False
        ),
    ] = None,
    state: Annotated[bool, typer.Option("--state", help="Only the state, from the last seal that it held at.")] = False,
    as_json: AsJson = False,
) -> None:
    """Recompute every seal from the entries, and replay the state. Exit code 1 if anything was changed, deleted,
    inserted or reordered, in the journal or in what follows from it."""
    if state:
        _verify_state(as_json=as_json)
    with open_hub() as hub:
        found = hub.evidence.verify(known.read_text().strip() if known else None)
    if as_json:
        print_json({"whole": found.whole, **asdict(found)})
    else:
        out().print(
            f"{counted(found.sealed, 'entry')} under {counted(found.seals, 'seal')}, {found.unsealed} not sealed yet:"
            f" {_took(found.sealed, found.seconds)}."
        )
        if found.findings:
            _print_findings("Not as it was sealed", found.findings)
        else:
            out().print("The journal is whole, and the state follows from it.")
    raise typer.Exit(0 if found.whole else 1)


def _verify_state(*, as_json: bool) -> NoReturn:
    with open_hub() as hub:
        found = hub.evidence.verify_state(from_last=True)
    if as_json:
        rate = _rate(found.entries, found.seconds)
        print_json({"whole": not found.findings, "entries_per_second": rate, **asdict(found)})
    else:
        took = _took(found.entries, found.seconds)
        out().print(f"{counted(found.entries, 'entry')} replayed, {counted(found.rows, 'row')} compared: {took}.")
        if found.findings:
            _print_findings("Not as the journal says", found.findings)
        else:
            out().print("The state follows from the journal.")
    raise typer.Exit(1 if found.findings else 0)


def _took(entries: int, seconds: float) -> str:
    return f"{seconds:.1f} seconds, {counted(_rate(entries, seconds), 'entry')} a second"


def _rate(entries: int, seconds: float) -> int:
    return round(entries / seconds) if seconds else 0


def _print_findings(title: str, findings: "Sequence[Finding]") -> None:
    rows = [(one.code, one.position, one.seal, one.row, one.words) for one in findings]
    out().print(table(title, ("code", "entry", "seal", "row", "what"), rows))


def list_entries(
    after: Annotated[int, typer.Option(min=0, max=2**62, help="Only entries after this position.")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 100,
    event: Annotated[
        Event | None,
        typer.Option(parser=one_of(Event), metavar="EVENT", help="Only this event, such as body.read: who read what."),
    ] = None,
    message: Annotated[str | None, typer.Option(help="Only of this message: its id, or its first characters.")] = None,
    as_json: AsJson = False,
) -> None:
    """List entries of the journal in their order."""
    with open_hub() as hub:
        acting(hub, Right.READ_JOURNAL)
        of_message = None if message is None else hub.stories.find(message)
        found = hub.evidence.entries(after, limit, event, of_message)
    if as_json:
        print_json(found)
        return
    rows = [
        (e["position"], e["at"][:19], e["event"], e["message"], e["agency"], json.dumps(e["detail"])) for e in found
    ]
    out().print(table(counted(len(found), "entry"), ("", "at", "event", "message", "agency", "detail"), rows))


def head(out_file: _Out = None) -> None:
    """Print the newest signed head. Keep it elsewhere: then nobody can remove what it covers unseen."""
    with open_hub() as hub:
        newest = hub.evidence.newest_head()
    if newest is None:
        raise NotFound("nothing is sealed yet", "seal the journal first: hub journal seal")
    _write(newest, out_file)


def prove(
    wanted: Annotated[str, typer.Argument(help="The position of an entry, or the id of a message.")],
    out_file: _Out = None,
) -> None:
    """Prove an entry: anybody can check the proof without this database."""
    from hub.journal.verify import as_plain

    with open_hub() as hub:
        acting(hub, Right.READ_JOURNAL)
        proof = hub.evidence.prove(wanted)
    _write(as_plain(proof), out_file)


def check(
    proof: Annotated[Path, typer.Argument(help="What `hub journal prove` wrote.", exists=True, dir_okay=False)],
    key: _Key,
    as_json: AsJson = False,
) -> None:
    """Check a proof with the hub's public keys alone. Exit code 1 if it is wrong."""
    from hub.journal.signing_keys import PublicKeys
    from hub.journal.verify import check_proof

    document = _read(proof)
    found = check_proof(document, PublicKeys.of(_read(key)))
    entry = document["entry"]
    if as_json:
        print_json({"holds": True, "entry": entry, "head": asdict(found)})
        return
    out().print(f"It holds: entry {entry['position']}, {entry['event']}, of {entry['at']}", soft_wrap=True)
    out().print(
        f"is under seal {found.number} ({counted(found.entries, 'entry')}), signed {found.sealed_at}.", soft_wrap=True
    )


def public_key(out_file: _Out = None) -> None:
    """Print the hub's public keys, old ones too. The API has them at /.well-known/jwks.json."""
    with open_hub() as hub:
        document = hub.signing.public.as_document()
    _write(json.dumps(document, indent=1), out_file)


def verify_receipt(
    receipt: Annotated[
        Path, typer.Argument(help="The hub's answer, exactly as received.", exists=True, dir_okay=False)
    ],
    key: _Key,
    as_json: AsJson = False,
) -> None:
    """Check that the hub signed this receipt, and print it. Needs no hub. Exit code 1 if it did not."""
    from hub.exchange.message.receipts import verified
    from hub.journal.signing_keys import PublicKeys

    said = verified(_read(receipt), PublicKeys.of(_read(key)))
    if as_json:
        print_json(said)
        return
    rows = [
        (m["id"], m["kind"], m["accepted_at"], r["agency"], r["protocol"])
        for m in said["messages"]
        for r in m["recipients"]
    ]
    columns = ("message", "kind", "accepted", "for", "under")
    out().print(table(f"Signed by the hub: document {said['sha256'][:12]}…, {said['received_at']}", columns, rows))


def _read(file: Path) -> Json:
    try:
        return json.loads(file.read_bytes())
    except ValueError as error:
        raise SignatureWrong("file.unreadable", f"{file.name} is not JSON", "give the original file") from error


def _write(text: str, file: Path | None) -> None:
    if file is None:
        typer.echo(text)
    else:
        file.write_text(text + "\n")
