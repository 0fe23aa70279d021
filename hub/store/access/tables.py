"""Tables: keys, certificates and client secrets of agencies; accounts, sessions and second factors of staff."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from hub.store.database.columns import MOMENT, metadata

agency_key = Table(
    "agency_key",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Text, nullable=False),
    Column("algorithm", Text, nullable=False),
    Column("public_key", JSONB, nullable=False),
    Column("not_before", MOMENT, nullable=False),
    Column("expires_at", MOMENT, nullable=False),
    Column("revoked_at", MOMENT),
    Index("agency_key_agency", "agency"),
)

used_assertion = Table(
    "used_assertion",
    metadata,
    Column("agency", Text, primary_key=True),
    Column("jti", Text, primary_key=True),
    Column("expires_at", MOMENT, nullable=False),
    Column("used_at", MOMENT, nullable=False),
    Column("used_elapsed", BigInteger),
    Index("used_assertion_expires", "expires_at"),
    Index("used_assertion_calls", "agency", "used_at"),
)

server_time = Table(
    "server_time",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True),
    Column("elapsed_seconds", Double, nullable=False),
    Column("seen_at", MOMENT),
    Column("forgotten_until", MOMENT),
)

agency_certificate = Table(
    "agency_certificate",
    metadata,
    Column("thumbprint", Text, primary_key=True),
    Column("agency", Text, nullable=False),
    Column("certificate", LargeBinary, nullable=False),
    Column("not_before", MOMENT, nullable=False),
    Column("expires_at", MOMENT, nullable=False),
    Column("revoked_at", MOMENT),
    Index("agency_certificate_agency", "agency"),
)

client_secret = Table(
    "client_secret",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Text, nullable=False),
    Column("secret_hash", LargeBinary, nullable=False),
    Column("not_before", MOMENT, nullable=False),
    Column("expires_at", MOMENT, nullable=False),
    Column("revoked_at", MOMENT),
    Index("client_secret_hash", "secret_hash", unique=True),
    Index("client_secret_agency", "agency"),
)

account = Table(
    "account",
    metadata,
    Column("name", Text, primary_key=True),
    Column("roles", ARRAY(Text, as_tuple=True), nullable=False),
    Column("rights", ARRAY(Text, as_tuple=True), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("must_change_password", Boolean, nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("expires_at", MOMENT, nullable=False),
    Column("disabled_at", MOMENT),
)

staff_session = Table(
    "staff_session",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("account", Text, ForeignKey("account.name"), nullable=False),
    Column("opened_at", MOMENT, nullable=False),
    Column("used_at", MOMENT, nullable=False),
    Column("expires_at", MOMENT, nullable=False),
    Index("staff_session_account", "account"),
    Index("staff_session_expires", "expires_at"),
)

second_factor = Table(
    "second_factor",
    metadata,
    Column("account", Text, ForeignKey("account.name"), primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    Column("asked_at", MOMENT, nullable=False),
    Column("confirmed_at", MOMENT),
    Column("last_step", BigInteger),
)

login_attempt = Table(
    "login_attempt",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", MOMENT, nullable=False),
    Column("blocked_until", MOMENT),
    Index("login_attempt_last", "last_at"),
)
