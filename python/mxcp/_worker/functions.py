"""Finds the function of an endpoint in its module (python.md §1)."""

from __future__ import annotations

import inspect
import os
from types import FunctionType, ModuleType
from typing import Any, Optional

from .errors import FunctionMissing


def find(module: ModuleType, kind: str, name: Optional[str], path: str) -> Any:
    """
    A tool's is the attribute of its name. A resource's is the first of: the function of its name, `main`, the file's
    stem, else the alphabetically first public callable that the module itself defines.

    :raises FunctionMissing: when there is none
    """
    if kind == "resource":
        return _of_resource(module, name, path)
    try:
        return getattr(module, name or "")
    except AttributeError:
        raise FunctionMissing(f"Function '{name}' not found in {path}") from None


def _of_resource(module: ModuleType, name: Optional[str], path: str) -> Any:
    if name and callable(getattr(module, name, None)):
        return getattr(module, name)
    stem = os.path.splitext(os.path.basename(path))[0]
    for candidate in ("main", stem):
        if hasattr(module, candidate):
            return getattr(module, candidate)
    for candidate in sorted(vars(module)):
        value = getattr(module, candidate)
        own = getattr(value, "__module__", None) == module.__name__
        if not candidate.startswith("_") and callable(value) and own:
            return value
    raise FunctionMissing(f"Function '{name or 'main'}' not found in {path}")


def is_coroutine_function(function: Any) -> bool:
    if type(function) is FunctionType:
        return bool(function.__code__.co_flags & inspect.CO_COROUTINE)
    return inspect.iscoroutinefunction(function)
