"""What ends a run of user code beside its own exceptions, and how exceptions are told to the server."""

from __future__ import annotations

import os
import traceback
from types import TracebackType
from typing import Any, Optional

PACKAGE_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep

INLINE = "<inline>"
"""The name of code that an endpoint's definition holds itself, in places of errors."""

LONGEST_TEXT = 64 * 1024
LONGEST_TRACEBACK = 100


class RunEnded(BaseException):
    """Ends a run from within a runtime call. No `Exception`, so that user code does not swallow it by mistake."""


class RunCancelled(RunEnded):
    """The caller has gone."""


class RunAsks(RunEnded):
    """The caller answers by calling again."""


class LoadError(Exception):
    """A module could not be imported; the text is complete."""

    def __init__(self, text: str, cause: BaseException) -> None:
        super().__init__(text)
        self.cause = cause


class FunctionMissing(Exception):
    """The file has no such function; the text is complete."""


class ResultTooLarge(Exception):
    """The result is beyond the call's bounds."""


class ResultError(Exception):
    """The result cannot be told as JSON."""


class ProjectFiles:
    """Tells the project's own code from libraries and from this package."""

    def __init__(self, folders: list[str], files: list[str]) -> None:
        self._folders = tuple({os.path.join(form, "") for folder in folders for form in _forms(folder)})
        self._files = {form for file in files for form in _forms(file)}
        self._known: dict[str, bool] = {}

    def owns(self, filename: str) -> bool:
        known = self._known.get(filename)
        if known is None:
            known = self._known[filename] = self._judge(filename)
        return known

    def _judge(self, filename: str) -> bool:
        if filename == INLINE:
            return True
        path = os.path.abspath(filename)
        if path in self._files:
            return True
        if path.startswith(PACKAGE_FOLDER) or "site-packages" in path or "dist-packages" in path:
            return False
        return path.startswith(self._folders) and os.path.exists(path)


def _forms(path: str) -> set[str]:
    return {os.path.abspath(path), os.path.realpath(path)}


def text_of(error: BaseException) -> str:
    """`str(error)`, whatever the class does in its `__str__`, and of bounded length."""
    try:
        # exactly a str: a subclass may do anything when it is measured or cut
        text = str.__str__(str(error))
    except BaseException:
        text = f"<{type(error).__name__} without a readable message>"
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + "…"


def kind_of(error: BaseException) -> str:
    if isinstance(error, LoadError):
        return "load"
    if isinstance(error, FunctionMissing):
        return "missing"
    if isinstance(error, ResultTooLarge):
        return "too_large"
    if isinstance(error, RunCancelled):
        return "cancelled"
    return "ended" if isinstance(error, SystemExit) else "raised"


def describe(error: BaseException, files: ProjectFiles, with_traceback: bool) -> dict[str, Any]:
    """The protocol's error object, whatever the exception's class does: the server waits for it."""
    try:
        return _description(error, files, with_traceback)
    except BaseException:
        text = "<an exception that cannot be described>"
        return {"class": "Exception", "text": text, "kind": "raised", "traceback": None, "file": None, "line": None}


def _description(error: BaseException, files: ProjectFiles, with_traceback: bool) -> dict[str, Any]:
    origin = error.cause if isinstance(error, LoadError) else error
    file, line = place_of(origin, files)
    text = text_of(error)
    if isinstance(error, SystemExit):
        text = f"The function ended itself with sys.exit({text})"
    return {
        "class": type(origin).__name__,
        "text": text,
        "kind": kind_of(error),
        "traceback": trace_of(origin) if with_traceback else None,
        "file": file,
        "line": line,
    }


def place_of(error: BaseException, files: ProjectFiles) -> tuple[Optional[str], Optional[int]]:
    """The innermost place in the project's own code."""
    if isinstance(error, SyntaxError) and type(error.filename) is str and files.owns(error.filename):
        return error.filename, error.lineno if type(error.lineno) is int else None
    place: tuple[Optional[str], Optional[int]] = (None, None)
    trace = error.__traceback__
    while trace is not None:
        filename = trace.tb_frame.f_code.co_filename
        if files.owns(filename):
            place = (filename, trace.tb_lineno)
        trace = trace.tb_next
    return place


def trace_of(error: BaseException) -> str:
    """The traceback from the first frame of user code on."""
    try:
        lines = traceback.format_exception(
            type(error), error, _from_user_code(error.__traceback__), limit=-LONGEST_TRACEBACK
        )
        return "".join(lines)[-LONGEST_TEXT:]
    except BaseException:
        return f"{type(error).__name__}: {text_of(error)}"


def _from_user_code(trace: Optional[TracebackType]) -> Optional[TracebackType]:
    first = trace
    while first is not None and first.tb_frame.f_code.co_filename.startswith(PACKAGE_FOLDER):
        first = first.tb_next
    return first or trace
