"""The functions that modules registered for start and end, in order of registration."""

from __future__ import annotations

from typing import Any, Callable

Hook = Callable[[], Any]

init_hooks: list[Hook] = []
shutdown_hooks: list[Hook] = []
plugin_shutdown_hooks: list[Hook] = []


def name_of(hook: Hook) -> str:
    return f"{getattr(hook, '__module__', '?')}.{getattr(hook, '__qualname__', repr(hook))}"
