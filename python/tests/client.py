"""A real worker process and the server's side of its pipes, for tests."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import tempfile
import textwrap
import threading
from queue import Empty, SimpleQueue
from typing import Any, Callable, Optional

SCRIPT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "mxcp_worker.py")
PATIENCE_S = 30

Message = dict[str, Any]


class Project:
    """A folder of files."""

    def __init__(self, files: dict[str, str]) -> None:
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.root = os.path.realpath(self._folder.name)
        os.mkdir(self.path("python"))
        for name, text in files.items():
            self.write(name, text)

    def path(self, name: str) -> str:
        return os.path.join(self.root, name)

    def write(self, name: str, text: str) -> None:
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(textwrap.dedent(text))

    def close(self) -> None:
        self._folder.cleanup()


class WorkerError(Exception):
    def __init__(self, error: Message) -> None:
        super().__init__(f"{error['class']}: {error['text']}")
        self.error = error
        self.kind = error["kind"]
        self.text = error["text"]


class Pending:
    """The answer of a request, and what came before it."""

    def __init__(self, number: int) -> None:
        self.id = number
        self.parts: list[Any] = []
        self.arrived: SimpleQueue[Message] = SimpleQueue()

    def message(self) -> Message:
        try:
            answer = self.arrived.get(timeout=PATIENCE_S)
        except Empty:
            raise AssertionError("the worker did not answer") from None
        if answer["type"] == "error":
            raise WorkerError(answer["error"])
        return answer

    def value(self) -> Any:
        answer = self.message()
        if "parts" in answer:
            assert answer["parts"] == len(self.parts)
            return [item for part in self.parts for item in part]
        return answer["value"]


class Worker:
    """Starts and configures a worker. `serve` says how a request of it is answered."""

    def __init__(self, project: Project, configure: Optional[Message] = None, configured: bool = True) -> None:
        self.project = project
        self.notices: list[Message] = []
        self._handlers: dict[str, Callable[[Message], list[Message]]] = {}
        self._pending: dict[int, Pending] = {}
        self._next_id = 0
        self._lock = threading.Lock()
        to_read, to_write = os.pipe()
        from_read, from_write = os.pipe()
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 20) for end in (to_read, from_write)]

        def place() -> None:
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)

        self.process = subprocess.Popen(
            [sys.executable, "-u", SCRIPT],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            close_fds=False,
            preexec_fn=place,
            cwd=project.root,
        )
        for end in (to_read, from_write, *ends):
            os.close(end)
        self._to = to_write
        self._from = os.fdopen(from_read, "rb")
        self.printed: dict[str, str] = {"stdout": "", "stderr": ""}
        self._threads = [threading.Thread(target=self._read, daemon=True)]
        for name in ("stdout", "stderr"):
            self._threads.append(threading.Thread(target=self._capture, args=(name,), daemon=True))
        for thread in self._threads:
            thread.start()
        if configured:
            self.configured = self.configure(**(configure or {}))

    def configure(self, **members: Any) -> Message:
        defaults: Message = {
            "protocol": 1,
            "root": self.project.root,
            "python_folder": self.project.path("python"),
            "plugins_folder": None,
            "site": {"mxcp": 1, "project": "demo"},
            "user": {},
            "secrets": {},
            "settings": {},
            "plugins": [],
            "plugin_settings": {},
            "profile": "dev",
            "debug": False,
            "endpoint_files": [],
        }
        return self.request("configure", **{**defaults, **members})

    def send(self, type_: str, **members: Any) -> None:
        self.write(json.dumps({"type": type_, **members}).encode() + b"\n")

    def write(self, line: bytes) -> None:
        with self._lock:
            while line:
                line = line[os.write(self._to, line) :]

    def begin(self, type_: str, **members: Any) -> Pending:
        with self._lock:
            self._next_id += 1
            pending = self._pending[self._next_id] = Pending(self._next_id)
        self.send(type_, id=pending.id, **members)
        return pending

    def request(self, type_: str, **members: Any) -> Message:
        return self.begin(type_, **members).message()

    def begin_call(self, name: Optional[str], arguments: Optional[Message] = None, **members: Any) -> Pending:
        call: Message = {
            "endpoint": name,
            "kind": "tool",
            "name": name,
            "path": self.project.path("python/main.py"),
            "code": None,
            "arguments": arguments or {},
            "max_bytes": 0,
            "max_items": 0,
            "channel": True,
            "context": self.context(f"call-{self._next_id}"),
        }
        if "file" in members:
            call["path"] = self.project.path(members.pop("file"))
        call["context"] = {**call["context"], **members.pop("context", {})}
        return self.begin("call", **{**call, **members})

    def call(self, name: Optional[str], arguments: Optional[Message] = None, **members: Any) -> Any:
        return self.begin_call(name, arguments, **members).value()

    def answer_of(self, name: Optional[str], arguments: Optional[Message] = None, **members: Any) -> Message:
        return self.begin_call(name, arguments, **members).message()

    @staticmethod
    def context(number: str) -> Message:
        return {"id": number, "user": None, "headers": None, "transport": "streamable-http", "served": True}

    def serve(self, type_: str, handler: Callable[[Message], list[Message]]) -> None:
        self._handlers[type_] = handler

    def noticed(self, type_: str) -> list[Message]:
        return [message for message in self.notices if message["type"] == type_]

    def wait_end(self) -> int:
        code = self.process.wait(PATIENCE_S)
        for thread in self._threads:
            thread.join(PATIENCE_S)
        return code

    def close_pipe(self) -> None:
        os.close(self._to)
        self._to = -1

    def close(self) -> None:
        if self._to >= 0:
            self.close_pipe()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError("the worker outlived its pipe") from None
        finally:
            for thread in self._threads:
                thread.join(PATIENCE_S)
            for stream in (self._from, self.process.stdout, self.process.stderr):
                if stream is not None:
                    stream.close()

    def _read(self) -> None:
        for line in self._from:
            message = json.loads(line)
            if message["type"] == "part":
                self._pending[message["id"]].parts.append(message["items"])
            elif message["type"] in ("result", "error"):
                self._pending.pop(message["id"]).arrived.put(message)
            elif "id" in message:
                threading.Thread(target=self._answer, args=(message,), daemon=True).start()
            else:
                self.notices.append(message)

    def _answer(self, message: Message) -> None:
        self.notices.append(message)
        for answer in self._handlers[message["type"]](message):
            self.send(**{"type_": answer.pop("type"), "id": message["id"], **answer})

    def _capture(self, name: str) -> None:
        stream = getattr(self.process, name)
        for line in stream:
            self.printed[name] += line.decode("utf-8", "replace")


def error(class_: str, text: str) -> list[Message]:
    return [{"type": "error", "error": {"class": class_, "text": text, "kind": "raised"}}]


def rows(columns: list[tuple[str, Any]], *chunks: list[list[Any]]) -> list[Message]:
    """Answers of a statement: the columns' names and types, then rows in chunks."""
    described = [
        {"name": name, "type": type_ if isinstance(type_, dict) else {"name": type_}} for name, type_ in columns
    ]
    answers: list[Message] = [{"type": "rows", "rows": chunk} for chunk in (chunks or ([],))]
    answers[0]["columns"] = described
    return [*answers, {"type": "result"}]
