"""Reads a TOML file that an operator writes by hand. Whatever is wrong with it, it is said in words, so that a process
that follows the file keeps what it has."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from hub.errors import SettingsWrong
from schemas.nearest import did_you_mean

_TABLES = ("endpoint", "collect")


def read_toml(file: Path) -> Mapping[str, object]:
    """Return what is in the file; nothing if there is no file. Raises SettingsWrong if it cannot be read."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except tomllib.TOMLDecodeError as error:
        problem = f"{file.name} is not TOML: {error}"
    except UnicodeDecodeError:
        problem = f"{file.name} is not a text in UTF-8"
    except OSError as error:
        problem = f"{file.name} cannot be read ({error.strerror})"
    raise SettingsWrong(problem, "correct the file", str(file))


def tables_of(file: Path, name: str) -> Sequence[Mapping[str, object]]:
    """Return the tables `[[name]]` of the file of endpoints. Raises SettingsWrong for anything else in their place, and
    for other tables: with a misspelt name, nobody could be sent anything."""
    tree = read_toml(file)
    for other in tree.keys() - set(_TABLES):
        cure = did_you_mean(other, _TABLES) or f"use {' and '.join(f'[[{one}]]' for one in _TABLES)}"
        raise SettingsWrong(f"{file.name}: there is nothing called {other!r}", cure, str(file))
    found = tree.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise SettingsWrong(f"{file.name}: {name} is not a list of tables", f"write [[{name}]] before each", str(file))
    return found


def ill_formed(entry: Mapping[str, object]) -> str | None:
    """Return what is wrong with the form of a table of the file of endpoints; None if nothing is."""
    for key, value in entry.items():
        if key == "settings":
            fits = isinstance(value, Mapping) and all(isinstance(one, str | int | float) for one in value.values())
        elif key == "kinds":
            fits = isinstance(value, list) and all(isinstance(one, str) for one in value)
        else:
            fits = isinstance(value, str)
        if not fits:
            wanted = {"settings": "a table of plain values", "kinds": "a list of names"}.get(key, "a text")
            return f"{key} is not {wanted}"
    return None
