"""A process starts sooner while nobody looks for garbage."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quick_start() -> Iterator[None]:
    """For imports, and for what is built once. All of that stays, and to look through it for garbage again and again
    takes a fifth of the time. What has been imported is not looked through afterwards either."""
    was_enabled, imported = gc.isenabled(), len(sys.modules)
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            if len(sys.modules) > imported:
                gc.freeze()
            gc.enable()
