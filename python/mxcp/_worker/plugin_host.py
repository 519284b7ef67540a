"""Life of the plugins (python.md §7): load, serve their functions, shut down."""

from __future__ import annotations

import importlib
from typing import Any, Callable

from mxcp.plugins import MXCPBasePlugin

from . import hooks
from .channel import Message
from .errors import text_of
from .execution import ExecutionContext
from .services import Services
from .udfs import SqlFunction, functions_of

RunSystem = Callable[[Callable[[], Any]], Any]


class PluginError(Exception):
    """A plugin cannot be used; the text is complete."""


class PluginHost:
    """
    :param run: runs a function in the system context to its end, awaiting what it returns
    """

    def __init__(self, services: Services, message: Message, run: RunSystem) -> None:
        self._services = services
        self._specs: list[dict[str, Any]] = message.get("plugins", [])
        self._settings: dict[str, dict[str, str]] = message.get("plugin_settings") or {}
        self._run = run
        self._functions: dict[tuple[str, int], SqlFunction] = {}
        # plugin and method by the name as SQL compares it
        self._owners: dict[str, tuple[str, str]] = {}

    def load(self) -> dict[str, Any]:
        """Builds every plugin and describes their functions.

        :raises PluginError: that tells of every plugin which cannot be used
        """
        warnings: list[str] = []
        failures: list[tuple[str, BaseException]] = []
        for spec in self._specs:
            try:
                self._load(spec, warnings)
            except (Exception, SystemExit) as error:
                failures.append((f"Plugin '{spec['name']}': {text_of(error)}", error))
        if failures:
            raise PluginError("\n".join(text for text, _ in failures)) from failures[0][1]
        return {"functions": [each.describe() for each in self._functions.values()], "warnings": warnings}

    def call(self, message: Message) -> list[Any]:
        """Runs a function over a chunk of rows, on behalf of the call whose statement it is in."""
        columns = message["columns"]
        function = self._functions[(message["function"], len(columns))]
        execution = ExecutionContext(self._services, message["context"])
        context = self._services.context_of(execution)
        loop = self._services.plugin_loop
        try:
            return context.run(
                function.run, columns, message["rows"], lambda value: loop.wait(_awaited(value), context.copy())
            )
        finally:
            execution._ended = not execution._is_system

    def shutdown(self) -> list[dict[str, str]]:
        """Shuts the plugins down, the last first, then runs the functions registered for it; tells of failures."""
        failures: list[dict[str, str]] = []
        steps = [(name, plugin.shutdown) for name, plugin in reversed(self._services.plugins.items())]
        steps += [(hooks.name_of(hook), hook) for hook in reversed(hooks.plugin_shutdown_hooks)]
        self._services.plugins.clear()
        for name, step in steps:
            try:
                self._run(step)
            except (Exception, SystemExit) as error:
                failures.append({"name": name, "error": f"{type(error).__name__}: {text_of(error)}"})
        return failures

    def _load(self, spec: dict[str, Any], warnings: list[str]) -> None:
        name, module_name, key = spec["name"], spec["module"], spec.get("config")
        if name in self._services.plugins:
            raise PluginError("Another plugin has that name: give each its own in mxcp-site.yml")
        if key is not None and key not in self._settings:
            raise PluginError(
                f"Plugin configuration '{key}' not found in plugin config: "
                f"add plugin.config.{key} to the profile in the user file, or leave out `config`"
            )
        try:
            module = self._run(lambda: importlib.import_module(module_name))
        except (Exception, SystemExit) as error:
            raise PluginError(f"Failed to import plugin module {module_name}: {text_of(error)}") from error
        kind = getattr(module, "MXCPPlugin", None)
        if not isinstance(kind, type) or not issubclass(kind, MXCPBasePlugin):
            raise PluginError(
                f"Module {module_name} must contain an MXCPPlugin class: "
                + ("there is none" if kind is None else "it does not derive from MXCPBasePlugin")
            )
        config = dict(self._settings[key]) if key is not None else {}
        plugin = self._run(lambda: kind(config))
        self._services.plugins[name] = plugin
        for function in functions_of(plugin, name, warnings):
            owner = (name, function.method)
            if self._owners.setdefault(function.name.lower(), owner) != owner:
                raise PluginError(f"Duplicate SQL function {function.name}")
            self._functions[(function.name, len(function.parameters))] = function


async def _awaited(value: Any) -> Any:
    return await value
