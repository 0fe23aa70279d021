"""How much each agency may hand in. The settings apply to all; the operator's file can give an agency other limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hub.errors import SettingsWrong
from hub.exchange.partners.operator_file import OperatorFile
from hub.exchange.partners.operator_toml import read_toml
from hub.settings import Settings
from hub.sharing.terms.agencies import Agencies


@dataclass(frozen=True, slots=True)
class AgencyLimits:
    """`calls_max` counts calls within any ten seconds. `body_bytes_max` limits one call. `open_messages_max` counts
    messages that were handed in and have not ended. `cases_a_minute_max` counts what documents consist of."""

    calls_max: int
    body_bytes_max: int
    open_messages_max: int
    cases_a_minute_max: int


class _LimitEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    agency: str
    calls_max: int | None = Field(default=None, ge=1, le=100_000)
    body_bytes_max: int | None = Field(default=None, ge=1_000)
    open_messages_max: int | None = Field(default=None, ge=1)
    cases_a_minute_max: int | None = Field(default=None, ge=1)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: tuple[_LimitEntry, ...] = ()


OwnLimits = Mapping[str, AgencyLimits]


class LimitsByAgency:
    def __init__(self, usual: AgencyLimits, own: OperatorFile[OwnLimits]) -> None:
        self.usual = usual
        self._own = own

    def load(self) -> None:
        """Raises SettingsWrong."""
        self._own.current()

    def of(self, agency: str) -> AgencyLimits:
        """`agency` is an id of the registry."""
        return self._own.current().get(agency, self.usual)


def usual_limits(settings: Settings) -> AgencyLimits:
    return AgencyLimits(
        settings.calls_max, settings.multipart_body_bytes_max, settings.open_messages_max, settings.cases_a_minute_max
    )


def load_limits(file: Path, usual: AgencyLimits, agencies: Agencies) -> OwnLimits:
    """Of the agencies that have limits of their own; none if there is no file. Raises SettingsWrong naming the first
    fault."""
    own: dict[str, AgencyLimits] = {}
    for number, entry in enumerate(_read(file), start=1):
        if agencies.get(entry.agency) is None:
            raise _wrong(file, f"limit {number}: no agency is called {entry.agency}", "use an id of the registry")
        if entry.agency in own:
            raise _wrong(file, f"limit {number}: {entry.agency} already has limits", "keep one of them")
        own[entry.agency] = AgencyLimits(
            entry.calls_max or usual.calls_max,
            min(entry.body_bytes_max or usual.body_bytes_max, usual.body_bytes_max),
            entry.open_messages_max or usual.open_messages_max,
            entry.cases_a_minute_max or usual.cases_a_minute_max,
        )
    return MappingProxyType(own)


def _read(file: Path) -> tuple[_LimitEntry, ...]:
    try:
        return _File.model_validate(read_toml(file)).limit
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise _wrong(file, f"{where}: {first['msg']}", "see docs/running/limits.md") from None


def _wrong(file: Path, problem: str, cure: str) -> SettingsWrong:
    return SettingsWrong(f"{file.name}: {problem}", cure, str(file))
