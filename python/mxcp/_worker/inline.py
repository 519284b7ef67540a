"""Runs the code that an endpoint's definition holds itself (python.md §5)."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import re
from functools import lru_cache
from types import CodeType
from typing import Any, Optional

from .errors import INLINE, FunctionMissing

_MODULE = "mxcp_inline"
_PREDEFINED = {"pd": "pandas", "pandas": "pandas", "np": "numpy", "numpy": "numpy"}


def file_of(code: str) -> Optional[tuple[str, Optional[str]]]:
    """File and function, when the text is a path instead of code."""
    text = code.strip()
    if "\n" in text or any(sign in text for sign in "()=;'\""):
        return None
    if text.endswith(".py"):
        return text, None
    path, separator, function = text.rpartition(".py:")
    return (path + ".py", function or None) if separator else None


def run(code: str, arguments: dict[str, Any]) -> Any:
    """The code's result: of its one expression, of `__result`, of `result`, or of the first function that fits.

    :raises FunctionMissing: when there is none of them
    """
    space: dict[str, Any] = {"__name__": _MODULE, "__builtins__": __builtins__, **_libraries(code), **arguments}
    if code.strip().startswith("return "):
        return eval(_compiled(code.strip()[len("return ") :].strip(), "eval"), space)
    before = set(space)
    exec(_compiled(code, "exec"), space)
    for name in ("__result", "result"):
        if name in space and (name not in before or name not in arguments):
            return space[name]
    defined = [(name, value) for name, value in space.items() if name not in before and not name.startswith("_")]
    own = [value for _, value in defined if getattr(value, "__module__", None) == _MODULE]
    for function in [*own, *(value for _, value in defined if value not in own)]:
        if callable(function) and (fitting := _fitting(function, arguments)) is not None:
            return function(**fitting)
    raise FunctionMissing("No suitable function found in inline code")


@lru_cache(maxsize=256)
def _compiled(code: str, mode: str) -> CodeType:
    return compile(code, INLINE, mode, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if mode == "eval" else 0, dont_inherit=True)


def _libraries(code: str) -> dict[str, Any]:
    """pandas and numpy under their usual names, where the code speaks of them and they are installed."""
    found = {}
    for name, package in _PREDEFINED.items():
        if re.search(rf"\b{name}\b", code) and importlib.util.find_spec(package) is not None:
            found[name] = importlib.import_module(package)
    return found


def _fitting(function: Any, arguments: dict[str, Any]) -> Optional[dict[str, Any]]:
    """The arguments to call a function with; None when it does not fit."""
    try:
        parameters = inspect.signature(function).parameters
    except (ValueError, TypeError):
        return None
    if not parameters:
        return {}
    return arguments if arguments.keys() <= parameters.keys() else None
