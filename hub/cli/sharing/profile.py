"""Commands for those who write the profile of an area's system: new, lint, test and schema."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.speaking.connect import own_settings
from hub.cli.speaking.options import AsJson
from hub.cli.speaking.screen import out, print_json, print_problems, table
from hub.counting import counted
from hub.errors import SettingsWrong
from schemas.problem import Problem

if TYPE_CHECKING:
    from adapters.mapping.drafts.draft import Draft
    from adapters.mapping.profiles.source import Source
    from schemas.catalogue import Catalogue

One = Annotated[Path | None, typer.Argument(help="A profile. Default: all profiles.", exists=True, dir_okay=False)]


def add_commands(cli: typer.Typer) -> None:
    profile = typer.Typer(help="Profiles of area systems: one file each, and no programming.", no_args_is_help=True)
    profile.command("new")(new)
    profile.command("lint")(lint_profiles)
    profile.command("test")(test_profiles)
    profile.command("schema")(schema)
    cli.add_typer(profile, name="profile")


def new(
    sample: Annotated[Path, typer.Argument(help="A file as the system exports it.", exists=True, dir_okay=False)],
    name: Annotated[str, typer.Option("--name", help="Name in lower case; the system is then called probation.NAME.")],
    kind: Annotated[str | None, typer.Option("--kind", help="The kind of message. Default: guessed.")] = None,
    to: Annotated[
        Path | None, typer.Option("--out", help="File to write. Default: NAME.toml in HUB_PROFILES_DIR.")
    ] = None,
    show: Annotated[
        bool, typer.Option("--show", help="Also print the first record and what each field was read as.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a first profile from a sample file, and say what is not mapped. No value of the sample is kept in it."""
    from adapters.mapping.drafts.draft import draft_profile
    from schemas.catalogue import Catalogue

    body, catalogue = sample.read_bytes(), Catalogue.discover()
    draft = draft_profile(body, name, kind, catalogue)
    file = to or (own_settings().profiles_folder() or Path()) / f"{name}.toml"
    try:
        with file.open("x", encoding="utf-8") as written:
            written.write(draft.text)
    except FileExistsError:
        cure = "give another name, or another place with --out"
        raise SettingsWrong(f"{file.name} exists already and is not overwritten", cure) from None
    if as_json:
        print_json(_as_json(draft, file))
    else:
        _print_draft(draft, file)
    if show and not as_json:
        _print_first_row(draft, body, catalogue)


def _as_json(draft: "Draft", file: Path) -> dict[str, object]:
    mapped = [{"wire": one.wire, "to": one.to, "by": list(one.by), "sure": one.sure} for one in draft.mapped]
    return {
        "file": str(file),
        "kind": draft.kind,
        "mapped": mapped,
        "not_mapped": list(draft.unmapped),
        "needed": list(draft.needed),
        "remarks": list(draft.remarks),
    }


def _print_draft(draft: "Draft", file: Path) -> None:
    screen = out()
    rows = [(one.wire, one.to, ", ".join(one.by), "" if one.sure else "check") for one in draft.mapped]
    screen.print(table(f"Guessed, for {draft.kind}", ("in the file", "in the message", "by", ""), rows))
    for title, names in (
        ("Not mapped: fields of the file", draft.unmapped),
        ("Not filled: fields that the kind needs", draft.needed),
        ("To be looked at", draft.remarks),
    ):
        if names:
            screen.print(f"[bold]{title}[/bold]")
            for one in names:
                screen.print(f"  {one}", markup=False, soft_wrap=True)
    screen.print(f"Written to {file}. Complete it, then run: hub profile lint {file}", markup=False, soft_wrap=True)


def _print_first_row(draft: "Draft", body: bytes, catalogue: "Catalogue") -> None:
    from adapters.mapping.first_row import read_first_row

    row = read_first_row(draft, body, catalogue)
    rows = [(one.wire, one.value, one.to, one.read or "not read yet") for one in row.fields]
    out().print(table("The first record", ("in the file", "value", "in the message", "read as"), rows))
    if row.problems:
        out().print("It cannot be read yet:")
        print_problems(row.problems, out())


def lint_profiles(file: One = None, as_json: AsJson = False) -> None:
    """Check one profile, or all of them; exit code 1 if something is wrong."""
    from adapters.mapping.collection import lint
    from schemas.catalogue import Catalogue

    sources = _sources(file)
    problems = lint(sources, Catalogue.discover())
    if file is not None:
        problems = tuple(problem for problem in problems if problem.where.startswith(f"{file.name} "))
    _tell(problems, len(sources) if file is None else 1, as_json)
    raise typer.Exit(1 if problems else 0)


def _tell(problems: tuple[Problem, ...], checked: int, as_json: bool) -> None:
    if as_json:
        print_json({"checked": checked, "problems": [problem.as_dict() for problem in problems]})
    elif problems:
        print_problems(problems, out())
    else:
        out().print(f"{checked} profile{'s' if checked != 1 else ''}: nothing is wrong.")


def test_profiles(file: One = None, as_json: AsJson = False) -> None:
    """Run the examples of one profile, or of all; exit code 1 if one fails."""
    from adapters.catalogue import read_source
    from adapters.mapping.examples import run_examples
    from adapters.mapping.profiles.checking import load_profile
    from schemas.catalogue import Catalogue

    catalogue = Catalogue.discover()
    sources = [read_source(file)] if file is not None else _sources(None)
    profiles = [load_profile(source, catalogue) for source in sources]
    results = [(profile.name, title, problems) for profile in profiles for title, problems in run_examples(profile)]
    failed = [problems for _, _, problems in results if problems]
    if as_json:
        examples = [
            {"profile": name, "example": title, "problems": [problem.as_dict() for problem in problems]}
            for name, title, problems in results
        ]
        print_json({"examples": examples, "failed": len(failed)})
    else:
        rows = [(name, title, "failed" if problems else "passed") for name, title, problems in results]
        out().print(table(counted(len(results), "example"), ("profile", "example", ""), rows))
        for problems in failed:
            print_problems(problems, out())
    raise typer.Exit(1 if failed or not results else 0)


def schema() -> None:
    """Print the JSON Schema of a profile, for editors that check TOML against one."""
    from adapters.mapping.profiles.written import schema_text

    sys.stdout.write(schema_text())


def _sources(file: Path | None) -> "list[Source]":
    """All profiles; a given file takes the place of one that has its name."""
    from adapters.catalogue import profile_sources, read_source

    known = list(profile_sources(own_settings().profiles_folder()))
    if file is None:
        return known
    return [source for source in known if source.name != file.name] + [read_source(file)]
