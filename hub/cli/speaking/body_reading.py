"""Opens what a message says, for somebody who has the right and gives a reason: on the screen, or into files."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.screen import err, print_json
from hub.durable_files import make_file

if TYPE_CHECKING:
    from hub.bootstrap import Hub

_NAME_LENGTH = 80


def show_body(hub: "Hub", message: str, reason: str, save: Path | None, by: str | None) -> None:
    """Print the body as JSON; write the attachments into `save`. Each is an entry of the journal before it is shown."""
    who, message_id = acting(hub, Right.READ_BODY, by=by), hub.stories.find(message)
    opened = hub.reading.body(message_id, who, reason)
    print_json(opened.as_plain())
    if save is None:
        return
    save.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number, described in enumerate(opened.attachments, start=1):
        attachment = hub.reading.attachment(message_id, described["sha256"], who, reason)
        file = save / f"{number}-{harmless_name(attachment.name)}"
        make_file(file, attachment.content)
        err().print(f"{file}: {len(attachment.content):,} bytes", markup=False, soft_wrap=True)


def harmless_name(name: str) -> str:
    """Whatever its sender called it, it stays in the folder and begins with no dot."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return re.sub(r"[^A-Za-z0-9._-]+", "_", last)[-_NAME_LENGTH:].lstrip(".") or "_"
