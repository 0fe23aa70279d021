"""The words of the console for kinds, states, clocks and rights: the codes stay as they are, people read words."""

from collections.abc import Mapping

_COLOURS = {
    "delivered": "green",
    "met": "green",
    "answering": "green",
    "fetches": "green",
    "accepted": "green",
    "approved": "green",
    "adopted": "green",
    "confirmed": "green",
    "in_progress": "blue",
    "running": "blue",
    "waiting": "blue",
    "sending": "blue",
    "placed": "blue",
    "proposed": "blue",
    "planned": "blue",
    "held": "yellow",
    "doubtful": "yellow",
    "not_fetching": "yellow",
    "paused": "yellow",
    "stopped": "yellow",
    "needs_attention": "red",
    "quarantined": "red",
    "missed": "red",
    "overdue": "red",
    "not_answering": "red",
    "no_endpoint": "red",
    "refused": "red",
}
_WORDS = {
    "cps": "CPS",
    "psr": "PSR",
    "placed": "waiting to be fetched",
    "fetches": "fetches from its mailbox",
    "held": "held: no protocol allows it now",
    "quarantined": "in quarantine",
    "adopted": "in force from the beginning",
}


def words(code: str | None) -> str:
    """`pre_sentence_report` → `pre-sentence report`; a code that has words of its own has those."""
    if not code:
        return ""
    if code in _WORDS:
        return _WORDS[code]
    plain = code.replace("_", " ")
    return plain.replace("pre sentence", "pre-sentence").replace("cps ", "CPS ")


def state_colour(state: str | None) -> str:
    return _COLOURS.get(state or "", "grey")


def sentence(text: str | None) -> str:
    """`the name is wrong` → `The name is wrong.`"""
    plain = (text or "").strip()
    if not plain:
        return ""
    return plain[0].upper() + plain[1:] + ("" if plain[-1] in ".!?" else ".")


def counts_words(counts: Mapping[str, int]) -> str:
    """`{"defendants": 2}` → `defendants: 2`."""
    return ", ".join(f"{words(name)}: {number}" for name, number in counts.items())
