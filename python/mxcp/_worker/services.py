"""What runtime calls of user code need of the worker."""

from __future__ import annotations

import copy
import itertools
from contextvars import Context, copy_context
from typing import TYPE_CHECKING, Any, Callable, Iterator

from . import database_errors
from .channel import Channel, Message
from .errors import ProjectFiles, RunCancelled
from .execution import ExecutionContext, current
from .pool import LoopThread

if TYPE_CHECKING:
    from mxcp.plugins import MXCPBasePlugin


class Settings:
    """The project's configuration, references resolved."""

    def __init__(self, message: Message) -> None:
        self.site_config: dict[str, Any] = message["site"]
        self.user_config: dict[str, Any] = message["user"]
        self._secrets: dict[str, dict[str, Any]] = message["secrets"]
        self._defaults: dict[str, Any] = message["settings"]

    def secret(self, name: str) -> Any:
        return copy.deepcopy(self._secrets.get(name))

    def setting(self, key: str, default: Any) -> Any:
        path = key.split(".")
        is_written, value = _walk(self.site_config, path)
        is_known, fallback = _walk(self._defaults, path)
        if is_written and is_known:
            return _merged(value, fallback)
        if is_written:
            return value
        return copy.deepcopy(fallback) if is_known else default


def _walk(document: Any, path: list[str]) -> tuple[bool, Any]:
    for part in path:
        if not isinstance(document, dict) or part not in document:
            return False, None
        document = document[part]
    return True, document


def _merged(value: Any, defaults: Any) -> Any:
    if not isinstance(value, dict) or not isinstance(defaults, dict):
        return value
    missing = {key: copy.deepcopy(fallback) for key, fallback in defaults.items() if key not in value}
    return {**{key: _merged(item, defaults.get(key)) for key, item in value.items()}, **missing}


class Services:
    """One per worker, once it is configured."""

    def __init__(self, channel: Channel, message: Message) -> None:
        self.channel = channel
        self.settings = Settings(message)
        self.debug = bool(message.get("debug"))
        folders = [message["root"], message["python_folder"], message.get("plugins_folder")]
        self.files = ProjectFiles([folder for folder in folders if folder], message.get("endpoint_files", []))
        self.loop = LoopThread("mxcp-loop")
        # apart from endpoints, which may block their loop in a query that needs a plugin's coroutine
        self.plugin_loop = LoopThread("mxcp-plugins")
        self.plugins: dict[str, "MXCPBasePlugin"] = {}
        self.payloads: dict[int, Callable[[], Any]] = {}
        self._payload_numbers = itertools.count(1)
        self.system = ExecutionContext(self, {"id": "system"})
        # what calls start from: the context variables that the project's modules set while they were imported
        self.base = copy_context()

    def context_of(self, execution: ExecutionContext) -> Context:
        """Fresh context variables for a run on somebody's behalf."""
        context = self.base.copy()
        context.run(current.set, execution)
        return context

    def keep_payload(self, payload: Callable[[], Any]) -> int:
        """Keeps a function for the reload that will run it; gives the number by which it is asked for."""
        number = next(self._payload_numbers)
        self.payloads[number] = payload
        return number

    def ask(self, execution: ExecutionContext, message: Message) -> Iterator[Message]:
        """Asks the server on behalf of a run; yields rows and then the answer.

        :raises: the exception that the server's error names
        """
        for answer in self.channel.ask(execution._id, message):
            raise_error(answer)
            yield answer


def raise_error(answer: Message) -> None:
    """Raises the exception that an answer tells of, if it does."""
    if answer["type"] == "cancelled":
        raise RunCancelled()
    if answer["type"] == "error":
        error = answer["error"]
        raise database_errors.named(error["class"])(error["text"])
