"""Containers and units, checked without an engine: pinned, least privilege, secrets from files, real commands."""

import configparser
import importlib.util
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from hub.cli.listed import LISTED
from hub.settings import Settings
from tests.conftest import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
STAGES = [stage.splitlines() for stage in re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]]
UNITS = sorted((ROOT / "ops" / "systemd").glob("*.service"))
PINNED = re.compile(r"[a-z/-]+:\d+\.\d+(\.\d+)?([.-][a-z]+)*(@sha256:[0-9a-f]{64})?")
SETTINGS = {f"HUB_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_only_what_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"]), "not root"
    assert {"mem_limit", "cpus", "pids_limit"} <= service.keys()
    assert PINNED.fullmatch(service["image"]), service["image"]
    assert not service.keys() & {"privileged", "network_mode", "pid", "ipc", "cap_add", "devices"}
    for port in service.get("ports", ()):
        assert port.startswith("127.0.0.1:"), "only a proxy on this machine reaches it"


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_stands_in_a_service_and_every_name_that_it_uses_is_there(name: str) -> None:
    service = SERVICES[name]
    for key, value in service.get("environment", {}).items():
        assert "PASSWORD" not in key or key.endswith("_FILE"), key
        assert not re.search(r"://[^/@]*:[^/@]*@", str(value)), key
        assert not key.startswith("HUB_") or key in SETTINGS
    assert set(service.get("secrets", ())) <= COMPOSE["secrets"].keys()
    assert all(each.keys() == {"file"} for each in COMPOSE["secrets"].values())
    assert set(service["networks"]) <= COMPOSE["networks"].keys()
    assert service.get("depends_on", {}).keys() <= SERVICES.keys()
    for volume in service.get("volumes", ()):
        source = volume.split(":")[0]
        assert source.startswith("./") or source in COMPOSE["volumes"]


def test_whoever_is_waited_for_is_asked_whether_it_is_well() -> None:
    awaited = {
        other
        for service in SERVICES.values()
        for other, how in service.get("depends_on", {}).items()
        if how["condition"] == "service_healthy"
    }
    assert awaited | {"api"} <= {name for name, service in SERVICES.items() if "healthcheck" in service}
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert all(SERVICES[name]["networks"] == ["inside"] for name in ("database", "broker"))


def test_every_command_of_a_service_and_of_a_unit_is_there() -> None:
    commands = [service["command"] for name, service in SERVICES.items() if "build" in service]
    commands += [_unit(file)["Service"]["ExecStart"].split() for file in UNITS]
    for command in commands:
        words = [Path(word).name for word in command]
        if words[0] == "hub":
            assert words[1] in {listed.name for listed in LISTED}
        else:
            assert words[:2] == ["python", "-m"] and importlib.util.find_spec(command[2]) is not None


def test_the_image_is_built_in_two_stages_from_what_is_there_and_does_not_run_as_root() -> None:
    base = re.search(r"^ARG BASE=(\S+)$", DOCKERFILE, re.MULTILINE)
    assert base is not None and PINNED.fullmatch(base[1])
    assert len(STAGES) == 2 and all(stage[0].startswith("${BASE}") for stage in STAGES)
    users = [line.split()[1] for line in STAGES[-1] if line.startswith("USER ")]
    assert users == ["10001"] == [SERVICES["api"]["user"].split(":")[0]]
    assert not re.search(r"pip|apt|gcc|curl", "\n".join(STAGES[-1])), "nothing is built in the result"
    for line in DOCKERFILE.splitlines():
        assert not line.startswith(("ADD ", "RUN sh")), line
        if line.startswith("RUN "):
            assert json.loads(line.removeprefix("RUN "))


def test_the_image_gets_everything_that_its_build_reads() -> None:
    copied = [word for line in STAGES[0] if line.startswith("COPY ") for word in line.split()[1:-1]]
    assert all((ROOT / word).exists() for word in copied)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = {"pyproject.toml", "hatch_build.py", project["project"]["readme"], *project["project"]["license-files"]}
    assert needed | set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == set(copied)


def _unit(file: Path) -> configparser.ConfigParser:
    unit = configparser.ConfigParser(strict=True, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign] - names keep their letters
    unit.read_string(file.read_text())
    return unit


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.stem)
def test_a_unit_is_guarded_and_comes_back(file: Path) -> None:
    service = _unit(file)["Service"]
    assert (service["User"], service["NoNewPrivileges"], service["CapabilityBoundingSet"]) == ("hub", "yes", "")
    assert service["ProtectSystem"] == "strict" and service["UMask"] == "0077"
    assert service["Environment"].partition("=")[0] in SETTINGS
    if service.get("Type") != "oneshot":
        assert service["Restart"] == "always" and int(service["TimeoutStopSec"]) > 12
    for other in re.findall(r"exchange-\w+", file.read_text()):
        assert (file.parent / f"{other}.service").exists()


def test_the_runbook_names_units_that_exist() -> None:
    named = set(re.findall(r"exchange-(?:api|relay|worker|migrate)\b", (ROOT / "docs/operations.md").read_text()))
    assert named and named <= {file.stem for file in UNITS}
