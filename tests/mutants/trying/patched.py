"""Changes a function in a process that has loaded everything already, so that nothing is imported again.

Each living function object stays and gets the code of the changed text. So everybody who holds it, under any name or
decorator, calls the changed one.
"""

import functools
import gc
import types
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Living:
    """The living functions of one module, and the caches that hold their answers."""

    functions: tuple[types.FunctionType, ...]
    caches: tuple["functools._lru_cache_wrapper[object]", ...]


def living_of(file: str) -> Living:
    alive = gc.get_objects()
    functions = (each for each in alive if isinstance(each, types.FunctionType))
    found = tuple(function for function in functions if function.__code__.co_filename == file)
    caches = (each for each in alive if isinstance(each, functools._lru_cache_wrapper))
    return Living(found, tuple(cache for cache in caches if cache.__wrapped__ in found))


def patch(living: Living, file: str, text: bytes) -> bool:
    """Replace the code of a function, and forget the answers of the module from before. Returns False if nothing
    changed, or if it would hold other variables and cannot be replaced."""
    changed = {_place(code): code for code in _codes(compile(text, file, "exec"))}
    found = False
    for cache in living.caches:
        cache.cache_clear()
    for function in living.functions:
        code = changed.get(_place(function.__code__))
        if code is not None and code != function.__code__:
            try:
                function.__code__ = code
            except ValueError:
                return False
            found = True
    return found


def _place(code: types.CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _codes(constant)
