"""What endpoint code asks of the server: the database, the configuration, the plugins, the caller, reloads.

Available in endpoint functions, in module code while it is imported, in hooks, in plugins, and in tasks and threads
that any of these start.
"""

from __future__ import annotations

from typing import Any, Callable, Optional, TypeVar

from .._worker import hooks
from .._worker.content import Content
from .._worker.execution import require
from ._caller import Caller
from ._config import Config
from ._database import Database
from ._plugins import Plugins

__all__ = ["db", "config", "plugins", "mcp", "on_init", "on_shutdown", "reload_duckdb", "Content"]

db = Database()
"""The project's DuckDB database."""

config = Config()
"""The project's configuration and secrets."""

plugins = Plugins()
"""The project's plugins."""

mcp = Caller()
"""Who called: tell and ask them, and build content for them."""

_H = TypeVar("_H", bound=Callable[[], Any])

_NO_SERVER = (
    "Server reference not available in context. "
    "This function can only be called from within MXCP server endpoints."
)


def on_init(function: _H) -> _H:
    """Runs a function, which may be a coroutine function, after all modules are imported and before any call."""
    hooks.init_hooks.append(function)
    return function


def on_shutdown(function: _H) -> _H:
    """Runs a function, which may be a coroutine function, before plugins shut down and the database closes."""
    hooks.shutdown_hooks.append(function)
    return function


def reload_duckdb(payload_func: Optional[Callable[[], Any]] = None, description: str = "") -> None:
    """Asks the server to reload, and returns at once.

    :param payload_func: runs while the database is closed, for work such as replacing its file
    :param description: for the server's log
    :raises RuntimeError: outside calls of a server
    """
    execution = require()
    if not execution._served or execution._is_system:
        raise RuntimeError(_NO_SERVER)
    services = execution._services
    payload = None if payload_func is None else services.keep_payload(payload_func)
    message = {"type": "request_reload", "payload": payload, "description": str(description)}
    for _ in services.ask(execution, message):
        pass
