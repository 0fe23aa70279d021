"""What each setting is, read from its definition, and docs/running/settings.md, which is written from that."""

import ast
import sys
from dataclasses import dataclass
from inspect import getsourcefile
from pathlib import Path

from hub.settings import Settings

_PAGE = Path(__file__).parent.parent / "docs" / "running" / "settings.md"
_HEAD = """# Settings

Written from `hub/settings.py` (`make schemas`). Each setting is an environment variable. None is required. A name that
is not in this list is refused. Times are in seconds and sizes in bytes, unless the name says otherwise.

`hub settings` prints what is in force in a shell, and from where; passwords in addresses are hidden. Secrets are never
settings: a setting names the file that holds one.

| setting | usual | what it is |
|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class DescribedSetting:
    """`usual` is the value that counts if nothing is set, in words."""

    name: str
    field: str
    usual: str
    says: str


def described() -> tuple[DescribedSetting, ...]:
    """In the order of their definition. What stands below several settings is about each of them."""
    source = ast.parse(Path(str(getsourcefile(Settings))).read_text(encoding="utf-8"))
    [body] = [node.body for node in source.body if isinstance(node, ast.ClassDef) and node.name == "Settings"]
    said: dict[str, str] = {}
    silent: list[str] = []
    for node in body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            silent.append(node.target.id)
        elif silent and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            said |= dict.fromkeys(_together(silent), " ".join(str(node.value.value).split()))
            silent = []
    return tuple(
        DescribedSetting(f"HUB_{field.upper()}", field, _usual(field), said.get(field, ""))
        for field in Settings.model_fields
    )


def _together(silent: list[str]) -> list[str]:
    """The settings right above the words, if their names begin alike; otherwise the last one alone."""
    last = silent[-1]
    return [name for name in silent if name.split("_")[-1] == last.split("_")[-1] and name.endswith("_dir")] or [last]


def _usual(field: str) -> str:
    default = Settings.model_fields[field].default
    return "" if default in (None, "") else str(default)


def page() -> str:
    rows = (f"| `{each.name}` | {f'`{each.usual}`' if each.usual else ''} | {each.says} |\n" for each in described())
    return _HEAD + "".join(rows)


def main() -> None:
    if "--check" not in sys.argv[1:]:
        _PAGE.write_text(page(), encoding="utf-8")
    elif not _PAGE.exists() or _PAGE.read_text(encoding="utf-8") != page():
        sys.exit("docs/running/settings.md is not up to date; run: make schemas")


if __name__ == "__main__":
    main()
