"""What every profile must keep. Profiles are found by discovery, so a new one needs no change here."""

import re
from pathlib import Path

import pytest

import adapters.systems
from adapters.catalogue import profile_sources
from adapters.mapping.collection import lint, load_all
from adapters.mapping.examples import run_examples
from adapters.mapping.profiles.checking import load_profile
from adapters.mapping.profiles.profile import Profile
from adapters.mapping.profiles.source import Source
from adapters.mapping.profiles.written import schema_text
from adapters.mapping.system import ProfiledSystem
from schemas.catalogue import Catalogue
from tests.conftest import ROOT

CATALOGUE = Catalogue.discover()
SOURCES = profile_sources()
PROFILES = [load_profile(source, CATALOGUE) for source in SOURCES]
SYSTEMS = Path(adapters.systems.__path__[0])
EXAMPLES = [
    pytest.param(profile, title, problems, id=f"{profile.name}-{title}")
    for profile in PROFILES
    for title, problems in run_examples(profile)
]


def test_all_profiles_hold_together() -> None:
    assert lint(SOURCES, CATALOGUE) == ()
    assert len(load_all(SOURCES, CATALOGUE)) == len(SOURCES) > 0


@pytest.mark.parametrize(("profile", "title", "problems"), EXAMPLES)
def test_an_example_means_what_it_says_and_is_written_back_whole(
    profile: Profile, title: str, problems: tuple[object, ...]
) -> None:
    assert problems == ()


@pytest.mark.parametrize("profile", PROFILES, ids=[profile.name for profile in PROFILES])
def test_a_profile_is_called_as_its_file_and_hands_over_a_case(profile: Profile) -> None:
    assert profile.source.name == f"{profile.name}.toml"
    system = ProfiledSystem("probation", profile)
    assert {"case_transfer", "transfer_reply", "sentence_plan_feedback"} <= system.decodes & system.encodes


@pytest.mark.parametrize("profile", PROFILES, ids=[profile.name for profile in PROFILES])
def test_the_system_has_whole_files_of_every_kind_that_its_profile_writes_out(profile: Profile) -> None:
    system = ProfiledSystem("probation", profile)
    (folder,) = SYSTEMS.glob(f"*/samples/{profile.name}")
    files = [file for file in folder.iterdir() if not file.name.startswith("refused-")]
    seen = {draft.kind for file in files for draft in system.decode(file.read_bytes(), {}).drafts}
    assert seen == {exchange.kind.name for exchange in profile.written if exchange.reads}


def test_the_layouts_are_truly_different() -> None:
    assert {profile.layout.format for profile in PROFILES} == {"csv", "fixed_width", "xml", "json", "labelled"}
    stated = [re.sub(r"#.*", "", source.text).partition("[layout]")[2].partition("[")[0] for source in SOURCES]
    assert len(set(stated)) == len(stated)


def test_the_published_schema_says_what_the_models_say() -> None:
    published = SYSTEMS / "probation" / "wire" / "profile.schema.json"
    assert published.read_text(encoding="utf-8") == schema_text(), "run hub profile schema into it"


def test_the_profile_that_the_documents_show_works() -> None:
    text = (ROOT / "docs" / "joining" / "profiles.md").read_text(encoding="utf-8")
    shown = Source("ourtown.toml", re.findall(r"```toml\n(name = .*?)```", text, flags=re.DOTALL)[0])
    assert lint([*SOURCES, shown], CATALOGUE) == ()
    assert [problems for _, problems in run_examples(load_profile(shown, CATALOGUE))] == [()]


def test_the_readme_lists_every_profile() -> None:
    readme = (SYSTEMS / "probation" / "README.md").read_text(encoding="utf-8")
    assert {profile.name for profile in PROFILES} == set(re.findall(r"^\| `([a-z_]+)` \|", readme, flags=re.MULTILINE))
