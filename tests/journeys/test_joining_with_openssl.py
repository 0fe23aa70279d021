"""An agency joins with openssl and curl alone: the commands of docs/joining/first-message.md are run as they stand."""

import json
import os
import re
import subprocess
from pathlib import Path

from tests.conftest import ROOT, run_hub
from tests.served import Api

PAGE = (ROOT / "docs" / "joining" / "first-message.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def test_the_page_of_the_first_message_does_what_it_says(api: Api, database_url: str, tmp_path: Path) -> None:
    make_key, send, check = BLOCKS
    sample = ROOT / "adapters" / "systems" / "hub_json" / "samples" / "hearing_result.json"
    (tmp_path / "message.json").write_bytes(sample.read_bytes())

    def run(script: str, **more: str) -> str:
        given = {"PATH": os.environ["PATH"], "HUB": api.url, "AGENCY": "court-b10jq"} | more
        done = subprocess.run(
            ["bash", "-euc", script], cwd=tmp_path, env=given, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run(make_key)
    added = run_hub(
        *("keys", "add", "court-b10jq", str(tmp_path / "public.pem"), "--json"),
        state=tmp_path / "state",
        HUB_DATABASE_URL=database_url,
    )
    key = json.loads(added.stdout)["key"]
    run(send, KEY_ID=key)
    answer = json.loads((tmp_path / "answer.json").read_text())
    assert answer["receipt"]["messages"][0]["sender"] == "court-b10jq"
    assert "Signature Verified Successfully" in run(check)
