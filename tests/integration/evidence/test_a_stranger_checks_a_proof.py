"""The form of a proof as docs/evidence.md says it, with hashlib and json alone."""

import base64
import hashlib
import json

from hub.journal.verify import as_plain
from tests.conftest import Bench


def root_of_proof(text: str) -> tuple[str, str]:
    """The root that follows from the entry, and the one that the head says."""
    proof = json.loads(text)
    leaf = hashlib.sha256(b"\0" + json.dumps(proof["entry"], sort_keys=True, separators=(",", ":")).encode()).digest()
    for step in proof["path"]:
        other = bytes.fromhex(step["hash"])
        leaf = hashlib.sha256(b"\1" + (other + leaf if step["left"] else leaf + other)).digest()
    said = proof["head"].split(".")[1]
    head = json.loads(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)))
    assert head["first_position"] <= proof["entry"]["position"] <= head["last_position"]
    return leaf.hex(), head["root"]


def test_a_stranger_finds_the_root_of_the_head_and_sees_a_changed_entry(bench: Bench) -> None:
    receipt = bench.send(bench.story()["list"])
    bench.hub.sealing.seal_all(bench.clock.now)
    id = receipt["messages"][0]["id"]  # type: ignore[index]
    text = as_plain(bench.hub.evidence.prove(id))
    found, said = root_of_proof(text)
    assert found == said
    changed, said = root_of_proof(text.replace('"court_list"', '"court_lisT"', 1).replace("accepted", "accepteD", 1))
    assert changed != said
