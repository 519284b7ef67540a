"""The worker process: reads messages and gives each to those who serve it."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
from queue import SimpleQueue
from typing import Any, Callable

import mxcp.runtime
import mxcp.sdk.audit
import mxcp.sdk.auth
import mxcp.sdk.executor  # noqa: F401 - all before the project's folders are on the path

from . import inheritance, logs
from .calls import CallRunner
from .channel import Channel, Message, from_line, to_line
from .errors import ProjectFiles, describe
from .inspection import inspect_endpoint
from .modules import ModuleLoader
from .plugin_host import PluginHost
from .pool import ThreadPool
from .services import Services
from .system_jobs import MainJobs, SystemJobs
from .udfs import FunctionFailed

PROTOCOL = 1

_GROUP_SIGNALS = (signal.SIGINT, signal.SIGTERM)

# DuckDB bounds how many batches run at once
_MOST_BATCHES = 64


def main(read_fd: int, write_fd: int) -> None:
    """Serves until told to exit, or until the server is gone."""
    _prepare_process()
    worker = Worker(Channel(read_fd, write_fd))
    threading.Thread(target=worker.read, name="mxcp-reader", daemon=True).start()
    worker.serve_main()
    atexit._run_exitfuncs()
    _flush()
    os._exit(0)  # threads of user code do not keep the process


def _prepare_process() -> None:
    inheritance.install()
    # the server decides when to end, also when a terminal or a supervisor signals the whole group
    for number in _GROUP_SIGNALS:
        signal.signal(number, lambda *_: None)
    os.register_at_fork(after_in_child=_restore_signals)
    # a file changed within a second keeps its time stamp, so cached bytecode may be stale after a reload
    sys.dont_write_bytecode = True
    if sys.stdin is None or sys.stdin.closed:
        sys.stdin = open(os.devnull)
    # the project's folders go before this package's
    package = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    sys.path[:] = [package, *(folder for folder in sys.path if os.path.abspath(folder or ".") != package)]


def _restore_signals() -> None:
    """A forked process, such as those of multiprocessing, can be terminated."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            pass


class Worker:
    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._main_jobs: MainJobs = SimpleQueue()
        self._batches = ThreadPool("mxcp-batch", _MOST_BATCHES)
        self._files = ProjectFiles([], [])
        self._debug = False

    def read(self) -> None:
        """Reads until the server closes its end, which ends the process: nobody waits for its work."""
        try:
            for line in self._channel.lines():
                self._receive(from_line(line), b'"$' in line)
        except BaseException as error:
            sys.stderr.write(f"The worker cannot go on: {type(error).__name__}: {error}\n")
            _flush()
            os._exit(3)
        os._exit(0)

    def serve_main(self) -> None:
        while True:
            job = self._main_jobs.get()
            if job is None:
                return
            job()

    def _receive(self, message: Message, is_tagged: bool) -> None:
        kind = message["type"]
        if kind == "call":
            self._calls.start(message, is_tagged)
        elif kind in ("result", "error", "rows"):
            self._channel.answer(message)
        elif kind == "functions":
            self._batches.submit(lambda: self._answer(message, lambda: {"values": self._plugins.call(message)}))
        elif kind == "cancel":
            self._calls.cancel(message["request"])
        elif kind == "ping":
            self._probe(message["id"], bool(message.get("only_reader")))
        elif kind == "inspect":
            self._batches.submit(lambda: self._answer(message, lambda: {"problems": inspect_endpoint(message)}))
        elif kind == "exit":
            self._main_jobs.put(None)
        elif kind == "configure":
            self._answer(message, lambda: self._configure(message))
        else:
            work = self._main_work(kind, message)
            self._main_jobs.put(lambda: self._answer(message, work))

    def _probe(self, number: int, only_reader: bool) -> None:
        line = to_line({"type": "result", "id": number})
        if only_reader:
            self._channel.write(line)
            return
        self._calls.probe(lambda: self._batches.probe(lambda: self._channel.write(line)))

    def _main_work(self, kind: str, message: Message) -> Callable[[], dict[str, Any]]:
        if kind == "load_plugins":
            return self._plugins.load
        if kind == "import_modules":
            return lambda: {"failures": self._jobs.import_modules(bool(message.get("only_hooks")))}
        if kind == "run_hooks":
            return lambda: {"failures": self._jobs.run_hooks(message["which"])}
        if kind == "shutdown_plugins":
            return lambda: {"failures": self._plugins.shutdown()}
        if kind == "run_payload":
            return lambda: self._jobs.run_payload(message["payload"])
        raise ValueError(f"unknown message {kind}")

    def _configure(self, message: Message) -> dict[str, Any]:
        if message["protocol"] != PROTOCOL:
            raise ValueError(f"This worker speaks protocol {PROTOCOL}, not {message['protocol']}")
        services = Services(self._channel, message)
        modules = ModuleLoader(message["root"], message["python_folder"], message.get("plugins_folder"))
        self._files, self._debug = services.files, services.debug
        self._jobs = SystemJobs(services, modules)
        self._plugins = PluginHost(services, message, self._jobs.run)
        self._calls = CallRunner(self._channel, services, modules, message["root"])
        logs.install(self._channel, services.debug)
        return {"python": sys.version.split()[0], "pid": os.getpid()}

    def _answer(self, message: Message, work: Callable[[], dict[str, Any]]) -> None:
        try:
            answer = {"type": "result", "id": message["id"], **work()}
        except BaseException as error:
            description = describe(error, self._files, self._debug)
            if isinstance(error, FunctionFailed) and error.__cause__ is not None:
                description = {**describe(error.__cause__, self._files, self._debug), "text": str(error)}
            answer = {"type": "error", "id": message["id"], "error": description}
        self._channel.send(answer)
