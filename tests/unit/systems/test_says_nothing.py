"""The list of leaves that say nothing covers exactly the leaves that it names."""

import pytest

from adapters.says_nothing import QuietLeaves
from tests.contract.system_samples import FAMILIES, folder_of

LISTED = QuietLeaves.of(
    """
[[leaves]]
why = "a number of the system's own"
paths = ["results.resultId", "$.id", "/Envelope/Header/Version", "Case/@flag"]

[[leaves]]
why = "says that there is none"
paths = ["charges.marker"]
when = [false, 0]
"""
)


@pytest.mark.parametrize(
    "place",
    [
        "$.hearing.offences[0].results[12].resultId",
        "$.id",
        "line 3, /Envelope/Header/Version",
        "line 3, /Envelope/Body/Case[2]/@flag",
    ],
)
def test_a_leaf_is_covered_wherever_its_path_ends(place: str) -> None:
    assert LISTED.covers(place, "any value")


@pytest.mark.parametrize(
    "place",
    [
        "$.hearing.id",
        "$.hearing.resultId",
        "$.results[0].resultId.inner",
        "$.oldresults[0].resultId",
        "line 3, /Other/Envelope/Header/Version",
        "line 3, /Envelope/Body/Case[2]/flag",
    ],
)
def test_a_leaf_of_the_same_name_elsewhere_is_not_covered(place: str) -> None:
    assert not LISTED.covers(place, "any value")


def test_a_leaf_may_say_nothing_only_while_it_has_one_value() -> None:
    assert LISTED.covers("$.charges[0].marker", False) and LISTED.covers("$.charges[0].marker", 0)
    assert not any(LISTED.covers("$.charges[0].marker", value) for value in (True, 1, "", "false", None, 0.5))


@pytest.mark.parametrize("path", ["id", "results.*", "results[0].id", "**.id", "results..id", ""])
def test_a_path_that_covers_more_than_one_leaf_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="a path has at least two names"):
        QuietLeaves.of(f'[[leaves]]\nwhy = "w"\npaths = ["{path}"]')


def test_a_leaf_without_a_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="why"):
        QuietLeaves.of('[[leaves]]\npaths = ["a.b"]')
    with pytest.raises(ValueError, match="nothing else"):
        QuietLeaves.of('[[leaves]]\nwhy = "w"\nreason = "w"\npaths = ["a.b"]')


@pytest.mark.parametrize("family", FAMILIES)
def test_the_list_of_a_system_is_well_formed_and_says_nothing_twice(family: str) -> None:
    file = folder_of(family) / "says_nothing.toml"
    leaves = QuietLeaves.of(file.read_text(encoding="utf-8")).leaves if file.is_file() else ()
    paths = [leaf.steps for leaf in leaves]
    assert sorted(set(paths)) == sorted(paths)
