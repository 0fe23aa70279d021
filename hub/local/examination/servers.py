"""Checks of the servers and of what is in them: Redis, the database, the accounts, the work that waits."""

import socket
from datetime import timedelta
from urllib.parse import unquote, urlsplit

from hub.bootstrap import build_hub
from hub.clock import SystemClock
from hub.counting import counted
from hub.errors import NotRunning
from hub.local.examination.case import Case, ToAttend, Unwell
from hub.local.servers import ServerUrls, running_urls
from hub.local.state import StateFolder

_SOON = timedelta(days=30)
_APART_MAX = timedelta(seconds=60)
_ANSWER_SECONDS = 3
_LEADS = {
    "workers": "look whether the workers run, and into their logs: hub up starts them all",
    "sealed": "look whether the relay runs, and into its log",
    "disk": "make room on the disk of the state folder",
    "deadline": "see: hub deadlines",
    "link": "see: hub links list",
    "quarantine": "see: hub quarantine list",
    "trouble": "see: hub partners list",
}
"""Where each kind of attention leads, by a word of it."""
_RENEW = {
    "protocol": "agree its next version: hub protocols propose",
    "key": "ask the agency for its next key: hub keys register",
    "certificate": "ask the agency for its next certificate: hub certificates register",
}


def servers(case: Case) -> str:
    settings = case.settings
    if settings.database_url and settings.broker_url:
        case.found_urls = ServerUrls(settings.database_url, settings.broker_url)
        return "those that the settings name"
    case.found_urls = running_urls(StateFolder(settings.state_dir))
    if case.found_urls is None:
        cure = "start it with: hub up (or set HUB_STATE_DIR, or HUB_DATABASE_URL and HUB_BROKER_URL)"
        raise NotRunning(f"no exchange is running in {settings.state_dir}", cure)
    return "those of `hub up` in this state folder"


def broker(case: Case) -> str:
    parts = urlsplit(case.urls.broker)
    cure = "start Redis, or correct HUB_BROKER_URL; until then messages are recorded and not sent"
    try:
        with _connected(parts.scheme, parts.hostname, parts.port, unquote(parts.path)) as connection:
            connection.sendall(b"PING\r\n")
            answer = connection.recv(16)
    except OSError as error:
        why = (error.strerror or "no answer in time").lower()
        raise Unwell(f"Redis does not answer ({why})", cure) from None
    if not answer.startswith((b"+PONG", b"-NOAUTH")):
        raise Unwell("what answers at the address of the broker is not Redis", cure)
    return "Redis answers"


def _connected(scheme: str, host: str | None, port: int | None, path: str) -> socket.socket:
    if "socket" not in scheme:
        return socket.create_connection((host or "127.0.0.1", port or 6379), _ANSWER_SECONDS)
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(_ANSWER_SECONDS)
    try:
        connection.connect(path)
    except OSError:
        connection.close()
        raise
    return connection


def database(case: Case) -> str:
    """To open the hub makes the keys of a new database, so it is opened only where they are made already."""
    missing = [str(file) for file in case.settings.key_files() if not file.exists()]
    if missing:
        cure = "start the exchange once, or put the keys back from where you keep them"
        raise Unwell(f"there is no {', '.join(missing)}", cure)
    hub = build_hub(case.settings, case.urls.database, case.log)
    case.opened.callback(hub.close)
    hub.check_ready()
    case.found_hub = hub
    return "it answers, belongs to this installation, and has the schema of this version"


def clock(case: Case) -> str:
    apart = timedelta(seconds=abs(case.hub.staff.seconds_from_server()))
    if apart > _APART_MAX:
        words = f"the clocks of this machine and of the database are {apart.total_seconds():.0f} seconds apart"
        raise Unwell(words, "set both by the same time server")
    return "the same time here and at the database"


def accounts(case: Case) -> str:
    found = case.hub.staff.accounts.listed()
    if not found:
        words = "nobody has an account, so the journal cannot say for certain who acts"
        raise ToAttend((words, "make the first one: hub people add NAME"))
    return counted(len(found), "account")


def work(case: Case) -> str:
    status = case.status_of(case.hub)
    found = [(words, _leads(words)) for words in status.attention]
    until = SystemClock().now() + _SOON
    ending = (each for each in status.ending if each.ends_at <= until)
    found += [(f"the {e.what} of {e.name} ends on {e.ends_at:%d %B %Y}", _RENEW[e.what]) for e in ending]
    if found:
        raise ToAttend(*found)
    return "nothing needs a person"


def _leads(words: str) -> str:
    return next((cure for word, cure in _LEADS.items() if word in words), "see: hub status")
