"""Runs endpoint calls: sync functions in threads, coroutines on the event loop, results back to the server."""

from __future__ import annotations

import inspect
import os
from collections.abc import AsyncIterator
from contextvars import Context
from typing import Any, Callable, Optional

from . import functions, inline, tagged
from .channel import Channel, Message, to_bytes, to_line
from .content import blocks_of, bytes_of
from .errors import ResultTooLarge, RunCancelled, describe
from .execution import ExecutionContext
from .modules import ModuleLoader
from .pool import ThreadPool
from .results import ResultWriter
from .services import Services

# results beyond this are written in a thread, so that they do not hold up the event loop
_SMALL = 500


class Call:
    """One call and what it runs with."""

    __slots__ = ("id", "message", "execution", "context", "is_tagged")

    def __init__(self, services: Services, message: Message, is_tagged: bool) -> None:
        self.id: int = message["id"]
        self.message = message
        self.execution = ExecutionContext(services, message["context"], bool(message.get("channel")))
        self.context: Context = services.context_of(self.execution)
        self.is_tagged = is_tagged


class CallRunner:
    def __init__(self, channel: Channel, services: Services, modules: ModuleLoader, root: str) -> None:
        self._channel = channel
        self._services = services
        self._modules = modules
        self._root = root
        self._pid = os.getpid()
        self._threads = ThreadPool("mxcp-call", min(32, (os.cpu_count() or 1) + 4))
        self._running: dict[int, Call] = {}

    def start(self, message: Message, is_tagged: bool) -> None:
        """Begins a call; does not wait for it."""
        call = Call(self._services, message, is_tagged)
        self._running[call.id] = call
        function = self._ready(call)
        if function is not None and functions.is_coroutine_function(function):
            self._on_loop(call, lambda: function(**self._arguments(call)))
        else:
            self._threads.submit(lambda: self._in_thread(call))

    def cancel(self, number: int) -> None:
        call = self._running.get(number)
        if call is None or call.execution._cancelled:
            return
        call.execution._cancelled = True
        self._channel.abandon(call.execution._id)
        self._services.loop.soon(lambda: _cancel_task(call.execution), call.context.copy())

    def probe(self, job: Callable[[], None]) -> None:
        """Runs a job once the event loop has run something and a thread has become free."""
        self._services.loop.soon(lambda: self._threads.probe(job), self._services.base.copy())

    def _ready(self, call: Call) -> Optional[Any]:
        """The function, where finding it runs no code of the project."""
        path = call.message.get("path")
        module = self._modules.loaded(path) if path else None
        return None if module is None else vars(module).get(call.message.get("name") or "")

    def _arguments(self, call: Call) -> dict[str, Any]:
        arguments = call.message["arguments"]
        return {name: tagged.read(value) for name, value in arguments.items()} if call.is_tagged else arguments

    def _in_thread(self, call: Call) -> None:
        try:
            if call.execution._cancelled:
                raise RunCancelled()
            begin = self._beginning(call)
            if begin is None:
                return
            outcome = call.context.run(begin)
            if _is_async(outcome):
                self._on_loop(call, lambda: outcome)
                return
        except BaseException as error:
            self._fail(call, error)
            return
        call.context.run(self._finish, call, outcome)

    def _beginning(self, call: Call) -> Optional[Callable[[], Any]]:
        """What the calling thread has to run; None when the call went to the event loop."""
        message = call.message
        arguments = self._arguments(call)
        name: Optional[str] = message.get("name")
        path: str = message.get("path") or ""
        if not path:
            code: str = message["code"]
            file = inline.file_of(code)
            if file is None:
                return lambda: inline.run(code, arguments)
            path, name = os.path.join(self._root, file[0]), file[1] or name
        module = self._modules.loaded(path) or self._services.context_of(self._services.system).run(
            self._modules.load, path
        )
        function = functions.find(module, message["kind"], name, path)
        if functions.is_coroutine_function(function):
            self._on_loop(call, lambda: function(**arguments))
            return None
        return lambda: function(**arguments)

    def _on_loop(self, call: Call, begin: Callable[[], Any]) -> None:
        loop = self._services.loop.loop

        def start() -> None:
            call.execution._task = loop.create_task(self._in_task(call, begin))

        self._services.loop.soon(start, call.context)

    async def _in_task(self, call: Call, begin: Callable[[], Any]) -> None:
        try:
            if call.execution._cancelled:
                raise RunCancelled()
            outcome = begin()
            while _is_async(outcome):
                outcome = await (_drained(outcome, call) if isinstance(outcome, AsyncIterator) else outcome)
        except BaseException as error:
            self._fail(call, error)
            return
        if _is_small(outcome):
            self._finish(call, outcome)
        else:
            context = call.context.copy()
            self._threads.submit(lambda: context.run(self._finish, call, outcome))

    def _finish(self, call: Call, outcome: Any) -> None:
        try:
            if call.execution._cancelled:
                raise RunCancelled()
            if call.execution._asked is None:
                self._send_result(call, outcome)
                return
        except BaseException as error:
            self._fail(call, error)
            return
        self._end(call, to_line({"type": "result", "id": call.id, "ask": call.execution._asked}))

    def _send_result(self, call: Call, outcome: Any) -> None:
        max_bytes, max_items = call.message["max_bytes"], call.message["max_items"]
        head = f'{{"type":"result","id":{call.id},'
        data = bytes_of(outcome, max_bytes)
        if data is not None:
            self._end(call, f'{head}"bytes":"{data}"}}\n'.encode())
            return

        def send_part(items: bytes) -> None:
            if call.execution._cancelled:
                raise RunCancelled()
            self._channel.write(f'{{"type":"part","id":{call.id},"items":['.encode() + items + b"]}\n")

        writer = ResultWriter(max_bytes, max_items, send_part)
        blocks = blocks_of(outcome)
        text = writer.write(outcome if blocks is None else {"blocks": blocks})
        if call.execution._asked is not None:  # a generator asked while it was read
            self._end(call, to_line({"type": "result", "id": call.id, "ask": call.execution._asked}))
        elif blocks is not None and text is not None:
            self._end(call, to_bytes(f'{head}"content":') + text[len(b'{"blocks":') : -1] + b"}\n")
        elif text is not None:
            self._end(call, to_bytes(f'{head}"value":') + text + b"}\n")
        else:
            self._end(call, f'{head}"parts":{writer.parts}}}\n'.encode())

    def _fail(self, call: Call, error: BaseException) -> None:
        execution = call.execution
        if execution._cancelled:
            error = RunCancelled("The call was cancelled")
        elif execution._asked is not None:
            self._end(call, to_line({"type": "result", "id": call.id, "ask": execution._asked}))
            return
        description = describe(error, self._services.files, self._services.debug)
        self._end(call, to_line({"type": "error", "id": call.id, "error": description}))

    def _end(self, call: Call, line: bytes) -> None:
        if os.getpid() != self._pid:
            # user code forked and the child came back here
            os._exit(0)
        call.execution._ended = True
        call.execution._task = None
        self._running.pop(call.id, None)
        self._channel.write(line)


def _cancel_task(execution: ExecutionContext) -> None:
    if execution._task is not None:
        execution._task.cancel()


def _is_async(value: Any) -> bool:
    return inspect.isawaitable(value) or (isinstance(value, AsyncIterator) and not isinstance(value, (str, dict)))


async def _drained(source: AsyncIterator[Any], call: Call) -> list[Any]:
    """All items of an async generator, as far as the call's bounds let them be sent."""
    limit = call.message["max_items"]
    items = []
    async for item in source:
        items.append(item)
        if limit and len(items) > limit:
            raise ResultTooLarge(f"The result has more than {limit} items")
    return items


def _is_small(value: Any) -> bool:
    kind = type(value)
    if kind is list or kind is dict or kind is tuple:
        return len(value) < _SMALL
    return value is None or kind in (str, int, float, bool, bytes)


