"""Imports, hooks and reload payloads: work of the main thread in the system context."""

from __future__ import annotations

import ast
import inspect
from contextvars import copy_context
from queue import SimpleQueue
from typing import Any, Callable, Optional

from . import hooks
from .errors import LoadError, place_of, text_of
from .execution import current
from .modules import ModuleLoader
from .services import Services

HOOK_NAMES = ("on_init", "on_shutdown")

MainJobs = SimpleQueue[Optional[Callable[[], None]]]


class SystemJobs:
    """For the main thread, where Python allows signal handlers and the like."""

    def __init__(self, services: Services, modules: ModuleLoader) -> None:
        self._services = services
        self._modules = modules

    def run(self, job: Callable[[], Any]) -> Any:
        """Runs a function in the system context to its end; awaits what it returns on the endpoints' loop."""
        token = current.set(self._services.system)
        try:
            value = job()
            if inspect.isawaitable(value):
                value = self._services.loop.wait(_awaited(value), copy_context())
            return value
        finally:
            current.reset(token)
            self._services.base = copy_context()

    def import_modules(self, only_hooks: bool) -> list[dict[str, str]]:
        """Imports the modules below the Python folder; tells of failures, and of folders that cannot be read."""
        failures: list[dict[str, str]] = []

        def failed(path: str, error: BaseException) -> None:
            failures.append({"file": path, "error": f"{type(error).__name__}: {text_of(error)}"})

        for path in self._modules.files(lambda error: failed(str(error.filename), error)):
            if only_hooks and not uses_hooks(path):
                continue
            try:
                self.run(lambda: self._modules.load(path))
            except LoadError as error:
                failed(path, error.cause)
        return failures

    def run_hooks(self, which: str) -> list[dict[str, str]]:
        """Runs the hooks in the order of their registration; tells of failures."""
        failures = []
        for hook in list(hooks.init_hooks if which == "init" else hooks.shutdown_hooks):
            try:
                self.run(hook)
            except (Exception, SystemExit) as error:
                failures.append({"name": hooks.name_of(hook), "error": self._describe(error)})
        return failures

    def run_payload(self, number: int) -> dict[str, Any]:
        """Runs what a reload request of endpoint code left to be run, once."""
        payload = self._services.payloads.pop(number, None)
        if payload is not None:
            self.run(payload)
        return {}

    def _describe(self, error: BaseException) -> str:
        file, line = place_of(error, self._services.files)
        where = f" ({file}:{line})" if file is not None else ""
        return f"{type(error).__name__}: {text_of(error)}{where}"


def uses_hooks(path: str) -> bool:
    """Whether a module speaks of hooks; nothing is imported. True as well when the file cannot be read as Python."""
    try:
        with open(path, "rb") as file:
            source = file.read()
        if not any(name.encode() in source for name in HOOK_NAMES):
            return False
        tree = ast.parse(source, path)
    except (OSError, SyntaxError, ValueError, RecursionError):
        return True
    return any(_name(node) in HOOK_NAMES for node in ast.walk(tree))


def _name(node: ast.AST) -> Optional[str]:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.name if isinstance(node, ast.alias) else None


async def _awaited(value: Any) -> Any:
    return await value
