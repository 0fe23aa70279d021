"""The modules that are changed: the pure ones, and those of the stateful exchange."""

import ast
from pathlib import Path

PACKAGES = ("hub", "adapters")
WITHOUT = ("adapters/systems/",)
PURE_ROOMS = ("adapters/mapping/",)  # a contract checks that these are pure
STATEFUL = (
    "hub/deadlines/clocks.py",
    "hub/deadlines/overdue.py",
    "hub/exchange/accepting/follow.py",
    "hub/exchange/accepting/forwarding.py",
    "hub/exchange/accepting/intake.py",
    "hub/exchange/accepting/late_arrivals.py",
    "hub/exchange/repairing/replay.py",
    "hub/exchange/sending/delivery.py",
    "hub/exchange/sending/endings.py",
    "hub/exchange/sending/mailbox.py",
)
ALSO_PURE = ("hub/deadlines/calendar.py", "hub/lifecycle.py", "schemas/fields.py")


def chosen(root: Path) -> tuple[str, ...]:
    """Return paths below the root. Raises FileNotFoundError if one that is named here has moved."""
    found = {
        str(file.relative_to(root))
        for package in PACKAGES
        for file in sorted((root / package).rglob("*.py"))
        if file.name != "__init__.py" and is_pure(str(file.relative_to(root)), file)
    }
    for name in (*STATEFUL, *ALSO_PURE):
        if not (root / name).is_file():
            raise FileNotFoundError(f"{name} has moved: say in tests/mutants/modules.py where it is now")
    return tuple(sorted(found | set(STATEFUL) | set(ALSO_PURE)))


def is_pure(name: str, file: Path) -> bool:
    if name.startswith(WITHOUT):
        return False
    said = ast.get_docstring(ast.parse(file.read_bytes())) or ""
    return name.startswith(PURE_ROOMS) or any(f"Pure{end}" in said for end in (".", ",", ":", ";", " but"))


def dotted(name: str) -> str:
    """`hub.errors` for `hub/errors.py`."""
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
