"""One frozen settings class. Every value can be given as an environment variable `HUB_<NAME>`. None is required."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from hub.errors import SettingsWrong
from hub.value_words import wrong_value
from schemas.nearest import did_you_mean


@dataclass(frozen=True, slots=True)
class Servers:
    """A SQLAlchemy URL of PostgreSQL and a Celery URL of the broker."""

    database: str
    broker: str


class Settings(BaseSettings):
    """Times are in seconds, sizes in bytes.

    `database_url` and `broker_url` name real servers. Without them, the embedded servers of `state_dir` are used.
    """

    model_config = SettingsConfigDict(env_prefix="HUB_", frozen=True, extra="ignore")

    def __init__(self, **values: Any) -> None:
        """Raises SettingsWrong for a value that cannot be used, and for a variable HUB_… that is not a setting."""
        _refuse_unknown_names(type(self).model_fields)
        try:
            super().__init__(**values)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            name = f"HUB_{'_'.join(map(str, first['loc'])).upper()}"
            problem = f"{name} cannot be used: {wrong_value(first)}"
            raise SettingsWrong(problem, f"correct {name}, or unset it to use the usual value") from None

    state_dir: Path = Path(".hub")
    """Folder of the keys, the operator's files and, with embedded servers, all data."""
    database_url: str | None = None
    """SQLAlchemy URL of PostgreSQL. If not given: the embedded server of `hub up`."""
    broker_url: str | None = None
    """Celery URL of the broker. If not given: the embedded Redis of `hub up`."""
    endpoints: Path | None = None
    """TOML file that says where each agency receives. If not given: `endpoints.toml` of the state folder."""
    limits: Path | None = None
    """TOML file of the agencies with other limits than the usual ones. If not given: `limits.toml` of the state
    folder."""
    interfaces: Path | None = None
    """TOML file of the further addresses of interfaces. If not given: `interfaces.toml` of the state folder."""
    agencies_dir: Path | None = None
    protocols_dir: Path | None = None
    """Folders of the operator's own registry. If not given: the registry of this package."""
    profiles_dir: Path | None = None
    """Folder of the operator's own profiles of area systems. If not given: `profiles` of the state folder."""
    codes_dir: Path | None = None
    """Folder of the imported code lists. If not given: `codes` of the state folder."""

    pseudonym_key_file: Path | None = None
    """64 hexadecimal digits; every process must have the same. If not given: `pseudonym.key` of the state folder."""

    signing_key_file: Path | None = None
    """The hub's own key pairs. If not given: `signing.keys` of the state folder."""

    witness: str = ""
    """Where each new head of the journal goes by itself, separated by commas: files, best on another disk, https
    addresses, `partner:AGENCY`, and TOML files that say by which transport, such as e-mail."""
    witness_silent_seconds_max: float = Field(default=900, gt=0)
    """How long no witness may be reached before the relay reports it."""

    own_certificate_file: Path | None = None
    """PEM file of the exchange's own private key and certificate for WS-Security. If not given:
    `exchange-certificate.pem` of the state folder, which is made when it is first needed."""

    instance_file: Path | None = None
    """The id of the installation, which its database holds too. If not given: `instance` of the state folder."""

    master_key_file: Path | None = None
    """The master keys, which wrap the keys of messages and documents. If not given: `master.keys` of the state
    folder."""
    key_service_url: str | None = None
    """The transit engine of a key service. Its key is then used instead of the master key file."""
    key_service_key: str = "justice-exchange"
    """The name of the key in the key service."""
    key_service_token_file: Path | None = None
    """File with the token of the key service; read for each call."""
    key_service_ca_file: Path | None = None
    """The certificate authority of the key service, if the system does not already trust it."""

    audience: str = "justice-exchange"
    """The `aud` that the agencies' assertions must name. Each running exchange needs its own."""
    require_signatures: bool = False
    """Whether a posted document must carry its sender's Hub-Signature."""
    client_certificate_header: str | None = None
    """The header in which a proxy that ends mutual TLS gives the SHA-256 of the client's certificate, in hexadecimal
    digits. If set, a call is accepted only with a certificate that is registered for its agency."""
    proxy_addresses: str = ""
    """The addresses of those proxies, separated by commas. The header is accepted from no other address."""
    clock_skew_seconds: float = Field(default=30, ge=0, le=300)
    """How far the clock of an agency's system may differ."""

    openid_issuer: str | None = Field(
        default=None, pattern=r"^(https://[^/?#@\s]+|http://(localhost|127\.0\.0\.1)(:\d+)?)(/[^?#\s]*)?$"
    )
    """The OpenID Connect provider at which people may sign in to the console."""
    openid_client_id: str = "justice-exchange"
    """The name by which the provider knows the exchange."""
    openid_client_secret_file: Path | None = None
    """File with the secret that the provider gave the exchange."""
    openid_name_claim: str = "preferred_username"
    """What of its answer is the name of the account."""

    session_file: Path | None = None
    """File in which `hub login` keeps the session of the person. If not given: `session` of the state folder."""

    metrics_token_file: Path | None = None
    """File with the token, of at least 32 characters, by which a monitor reads `/metrics`. Without it there is no such
    path."""

    alerts: str = ""
    """Where alerts go, separated by commas: https addresses that take JSON by POST, and TOML files that say by which
    transport, such as e-mail."""

    public_url: str | None = Field(default=None, pattern=r"^https?://[^/?#@\s]+(/[^?#\s]*[^/?#\s])?$")
    """The address by which agencies reach the API, such as `https://exchange.example`. If not given: its own."""
    api_host: str = "127.0.0.1"
    """The address at which the API listens."""
    api_port: int = Field(default=8000, ge=0, le=65535)
    """Its port. 0: any that is free."""

    lease_seconds: float = Field(default=75, gt=0)
    """How long a claimed delivery belongs to one worker before the sweep releases it again."""
    batch_size_max: int = Field(default=50, ge=1, le=500)
    """Deliveries that one worker sends to one partner in one go."""
    batches_per_recipient_max: int = Field(default=2, ge=1)
    """Batches that may be on the way to one partner at the same time."""
    attempts_max: int = Field(default=25, ge=1)
    """Attempts after which a delivery goes to quarantine."""
    worker_deaths_max: int = Field(default=4, ge=1)
    """Number of workers that may die in a row over one delivery before it is quarantined."""
    retry_first_seconds: float = Field(default=5, gt=0)
    """The pause after the first failed attempt. It doubles."""
    retry_longest_seconds: float = Field(default=3600, gt=0)
    """The longest pause between two attempts."""
    breaker_failures_max: int = Field(default=5, ge=1)
    """Number of failures in a row after which a partner counts as not answering."""
    breaker_first_pause_seconds: float = Field(default=30, gt=0)
    """How long nothing is sent to a partner that does not answer. It doubles."""
    breaker_longest_pause_seconds: float = Field(default=900, gt=0)
    """The longest such pause."""
    partner_down_quarantine_days: float = Field(default=3, gt=0)
    """Days after which a delivery goes to quarantine for a person, if its partner has not answered for so long."""
    held_recheck_seconds: float = Field(default=600, gt=0)
    """How often a held delivery is decided again."""
    mailbox_pause_seconds: float = Field(default=60, gt=0)
    """How long a mailbox item that was listed to one caller is not listed again."""
    mailbox_emptied_within_hours: float = Field(default=24, gt=0)
    """If a message lies in a mailbox for longer, its owner counts as not fetching."""
    relay_idle_seconds: float = Field(default=0.5, gt=0)
    """How long the relay waits for work before it looks again."""
    sweep_every_seconds: float = Field(default=5, gt=0)
    """How often what is due is done: reminders, notices, seals."""
    worker_processes: int = Field(default=2, ge=1, le=64)
    """Processes of one worker."""
    partners_at_once: int = Field(default=32, ge=1, le=256)
    """Number of partners that one worker process sends to, or collects from, at the same time."""

    xml_body_bytes_max: int = 36_000_000
    """The largest XML body."""
    json_body_bytes_max: int = 36_000_000
    """The largest JSON body."""
    multipart_body_bytes_max: int = 110_000_000
    """The largest multipart body."""
    bodies_bytes_max: int = Field(default=128_000_000, ge=1_000_000)
    """All bodies over 1 MB that one API process handles at a moment. At least the size of the largest body."""
    body_seconds_max: float = Field(default=60, gt=0)
    """A body that has not arrived after this time is given up."""
    requests_at_once_max: int = Field(default=500, ge=1)
    """Calls of agencies that one API process works on."""
    requests_at_once_of_one_agency_max: int = Field(default=100, ge=1)
    """Of these, those of one agency: so many, and no more than half."""
    staff_requests_at_once_max: int = Field(default=100, ge=1)
    """Calls of people that it works on, beside those."""
    health_requests_at_once_max: int = Field(default=50, ge=1)
    """Calls of `/health`, `/ready`, `/metrics` and the public keys that it works on, beside those."""
    idle_connections_max: int = Field(default=400, ge=1)
    """Connections to one API process on which nothing is asked. One more, and the oldest is closed."""
    idle_connections_of_one_address_max: int = Field(default=200, ge=1)
    """Of these, those from one address."""
    store_answer_seconds_max: float = Field(default=30, gt=0)
    """How long the API waits for the database to answer one statement."""

    calls_max: int = Field(default=300, ge=1)
    """Calls of one agency within any ten seconds."""
    cases_a_minute_max: int = Field(default=6_000, ge=1)
    """Cases that one agency hands in within a minute. A document is taken whole; the next one waits for it."""
    open_messages_max: int = Field(default=20_000, ge=1)
    """Messages that one agency handed in and that have not ended."""
    backlog_max: int = Field(default=500_000, ge=1)
    """Waiting deliveries of all agencies. With more, nothing is accepted."""
    backlog_seconds_max: float = Field(default=900, gt=0)
    """How long a delivery that is ready may wait for a worker. If one waits longer, nothing is accepted."""
    disk_free_bytes_min: int = Field(default=200_000_000, ge=0)
    """Free space on the disk of the state folder. With less, nothing is accepted."""

    def servers(self) -> Servers:
        """The servers that this process is set to use. Raises SettingsWrong if none are set."""
        if self.database_url is None or self.broker_url is None:
            raise SettingsWrong(
                "this process does not know which servers to use",
                "set HUB_DATABASE_URL and HUB_BROKER_URL, or start everything at once with: hub up",
            )
        return Servers(self.database_url, self.broker_url)

    def pseudonym_key(self) -> Path:
        return self.pseudonym_key_file or self.state_dir / "pseudonym.key"

    def signing_keys(self) -> Path:
        return self.signing_key_file or self.state_dir / "signing.keys"

    def staff_session(self) -> Path:
        return self.session_file or self.state_dir / "session"

    def master_keys(self) -> Path:
        return self.master_key_file or self.state_dir / "master.keys"

    def instance(self) -> Path:
        return self.instance_file or self.state_dir / "instance"

    def key_files(self) -> tuple[Path, ...]:
        """The files of the keys. Without them, pseudonyms change, nobody can verify what was signed, and nothing that
        is kept can be read."""
        wrapping = () if self.key_service_url else (self.master_keys(),)
        return self.pseudonym_key(), self.signing_keys(), *wrapping

    def endpoints_file(self) -> Path:
        return self.endpoints or self.state_dir / "endpoints.toml"

    def limits_file(self) -> Path:
        return self.limits or self.state_dir / "limits.toml"

    def interfaces_file(self) -> Path:
        return self.interfaces or self.state_dir / "interfaces.toml"

    def own_certificate(self) -> Path:
        return self.own_certificate_file or self.state_dir / "exchange-certificate.pem"

    def profiles_folder(self) -> Path | None:
        """None if no folder is given and the state folder has none."""
        usual = self.state_dir / "profiles"
        return self.profiles_dir or (usual if usual.is_dir() else None)

    def codes_folder(self) -> Path:
        return self.codes_dir or self.state_dir / "codes"

    def as_environment(self) -> dict[str, str]:
        """The environment for another process of the hub that must have the same settings."""
        given = {f"HUB_{name.upper()}": str(value) for name, value in self.model_dump(exclude_none=True).items()}
        return dict(os.environ) | given | {"HUB_STATE_DIR": str(self.state_dir.absolute())}


_FOR_TESTS = "HUB_TEST_"
NOW_RULES = {
    "HUB_BULK_ALONE_UP_TO": "alone_up_to",
    "HUB_RETENTION_DAYS_DEFAULT": "retention_days_default",
    "HUB_REFUSED_RETENTION_DAYS": "refused_retention_days",
    "HUB_SESSION_SECONDS": "session_seconds",
    "HUB_SESSION_IDLE_SECONDS": "session_idle_seconds",
    "HUB_ACCOUNT_DAYS": "account_days",
    "HUB_LOGIN_FAILURES_MAX": "login_failures_max",
    "HUB_LOGIN_FAILURES_PER_ADDRESS_MAX": "login_failures_per_address_max",
    "HUB_LOGIN_PAUSE_FIRST_SECONDS": "login_pause_first_seconds",
    "HUB_LOGIN_PAUSE_LONGEST_SECONDS": "login_pause_longest_seconds",
}
"""Settings of former versions. Two people agree these now, and nobody sets them for the command that they type."""


def _refuse_unknown_names(fields: Iterable[str]) -> None:
    """Without this check, a setting with a misspelt name would be ignored unseen."""
    known = {f"HUB_{name.upper()}" for name in fields}
    for name in sorted(os.environ):
        if name in NOW_RULES:
            raise SettingsWrong(
                f"{name} is not a setting any more: it is the rule {NOW_RULES[name]} of the installation",
                f"unset it; see the rule that is in force with `hub rules show`, and change it with two people:"
                f" hub rules propose {NOW_RULES[name]}={os.environ[name][:20]}",
            )
        if name.startswith("HUB_") and name not in known and not name.startswith(_FOR_TESTS):
            cure = did_you_mean(name, known) or "unset it; hub/settings.py lists the settings"
            raise SettingsWrong(f"there is no setting {name}", cure)
