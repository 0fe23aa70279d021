"""Schemathesis loads this. It signs every call with the key file in HUB_TEST_KEY, or adds the session of a person from
HUB_TEST_TOKEN. It asks for the existing message HUB_TEST_MESSAGE as often as for one that does not exist, and never
waits."""

import os
import re
from itertools import count
from pathlib import Path
from typing import Any

import schemathesis

from hub.access.assertions import AgencyKey
from hub.clock import SystemClock

_WAIT_SECONDS = 0.1
_turn = count()
_token = os.environ.get("HUB_TEST_TOKEN")
_key = None if _token else AgencyKey.read(Path(os.environ["HUB_TEST_KEY"]).read_text())


@schemathesis.auth(refresh_interval=None)
class SignedCalls:
    def get(self, case: schemathesis.Case, context: schemathesis.AuthContext) -> str:
        return _key.authorization(SystemClock().now()) if _key else f"Bearer {_token}"

    def set(self, case: schemathesis.Case, data: str, context: schemathesis.AuthContext) -> None:
        case.headers["Authorization"] = data


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case, kwargs: dict[str, Any]) -> None:
    if re.fullmatch(r"([1-9]|[12][0-9]|30)(\.\d+)?", str((case.query or {}).get("wait"))):
        case.query["wait"] = _WAIT_SECONDS
    if "message_id" in (case.path_parameters or {}) and next(_turn) % 2:
        case.path_parameters["message_id"] = os.environ["HUB_TEST_MESSAGE"]
