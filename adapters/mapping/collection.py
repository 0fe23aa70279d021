"""Checks profiles together: each must be right by itself, and none may recognise another's files."""

from collections.abc import Iterable, Iterator, Sequence

from adapters.mapping.examples import example_bytes
from adapters.mapping.profiles.checking import load_profile
from adapters.mapping.profiles.profile import Profile
from adapters.mapping.profiles.source import Source
from adapters.mapping.system import format_of
from schemas.catalogue import Catalogue
from schemas.problem import Problem, Refused


def load_all(sources: Iterable[Source], catalogue: Catalogue) -> tuple[Profile, ...]:
    """Load all profiles. Raises Refused with everything that is wrong with any of them."""
    profiles, problems = _loaded(sources, catalogue)
    problems += _clashes(profiles)
    if problems:
        raise Refused(*problems)
    return tuple(profiles)


def lint(sources: Iterable[Source], catalogue: Catalogue) -> tuple[Problem, ...]:
    """Return every problem for which `load_all` refuses, and each exchange without an example."""
    profiles, problems = _loaded(sources, catalogue)
    problems += _clashes(profiles)
    for profile in profiles:
        problems += _unproved(profile)
    return tuple(problems)


def _loaded(sources: Iterable[Source], catalogue: Catalogue) -> tuple[list[Profile], list[Problem]]:
    profiles: list[Profile] = []
    problems: list[Problem] = []
    for source in sources:
        try:
            profiles.append(load_profile(source, catalogue))
        except Refused as refused:
            problems += refused.problems
    return profiles, problems


def _clashes(profiles: Sequence[Profile]) -> Iterator[Problem]:
    names: dict[str, Profile] = {}
    for profile in profiles:
        if profile.name in names:
            cure = "give each profile its own name"
            other = names[profile.name].source.name
            yield Problem("profile.twice", profile.source.where(("name",)), f"{other} has the same name", cure)
        names[profile.name] = profile
    formats = [(profile, format_of(profile)) for profile in names.values()]
    for profile in names.values():
        for number, example in enumerate(profile.examples):
            if example.refused is not None:
                continue
            body = example_bytes(example, profile)
            takers = [taker.name for taker, form in formats if form.recognises(body)]
            if takers != [profile.name]:
                others = ", ".join(name for name in takers if name != profile.name)
                problem = (
                    f"{others} recognise the example too"
                    if others
                    else "the profile does not recognise its own example"
                )
                cure = "state in the layout how its files differ from others"
                yield Problem("profile.recognition", profile.source.where(("example", number)), problem, cure)


def _unproved(profile: Profile) -> Iterator[Problem]:
    shown = {example.kind for example in profile.examples}
    for number, exchange in enumerate(profile.written):
        if exchange.kind.name not in shown:
            problem = f"there is no example of {exchange.kind.name}"
            cure = "add [[example]] with a made-up record and the payload that it means"
            yield Problem("example.missing", profile.source.where(("exchange", number)), problem, cure)
