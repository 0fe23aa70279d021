"""The garbage collector skips what was imported, and looks at everything else."""

import gc
import importlib
import sys

from hub.starting import quick_start
from workers.app import create_app

MODULE = "colorsys"
"""Modules of Python itself that nothing else imports."""


def test_no_garbage_is_looked_for_during_a_start_even_after_an_inner_one() -> None:
    with quick_start():
        with quick_start():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_garbage_is_looked_for_again_when_the_start_has_failed() -> None:
    try:
        with quick_start():
            raise ValueError
    except ValueError:
        assert gc.isenabled()


def test_what_was_imported_is_not_looked_through_again_and_nothing_is_kept_where_nothing_was_imported() -> None:
    before = gc.get_freeze_count()
    with quick_start():
        pass
    assert gc.get_freeze_count() == before
    sys.modules.pop(MODULE, None)
    with quick_start():
        importlib.import_module(MODULE)
    assert gc.get_freeze_count() > before


def test_a_worker_process_of_a_busy_machine_has_a_minute_to_read_what_it_needs() -> None:
    assert create_app("memory://", 1).conf.worker_proc_alive_timeout >= 60
