"""The two pipes to the server: messages out, requests with answers, and a thread that reads."""

from __future__ import annotations

import fcntl
import json
import os
import threading
from decimal import Decimal
from queue import SimpleQueue
from typing import Any, Callable, Iterator, Optional

Message = dict[str, Any]
Deliver = Callable[[Message], None]

# beyond what programs number by hand, so that code which closes or opens low descriptors never meets the pipes
LOWEST_DESCRIPTOR = 200

_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False)
_decode = json.JSONDecoder().decode


def to_line(message: Message) -> bytes:
    return to_bytes(_encoder.encode(message)) + b"\n"


def to_bytes(text: str) -> bytes:
    """JSON text as UTF-8; lone surrogates become JSON escapes."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace")


def from_line(line: bytes) -> Message:
    text = str(line, "utf-8")
    try:
        return _decode(text)
    except json.JSONDecodeError:
        raise
    except ValueError:
        # more digits than int() reads at once
        return json.loads(text, parse_int=lambda digits: int(Decimal(digits)))


class Channel:
    """Thread-safe. A forked child process has none."""

    def __init__(self, read_fd: int, write_fd: int) -> None:
        self._read_fd = _hide(read_fd)
        self._write_fd = _hide(write_fd)
        self._lock = threading.Lock()
        self._next_id = 0
        self._pending: dict[int, tuple[str, Deliver]] = {}
        self._open = True
        os.register_at_fork(after_in_child=self._forget)

    def lines(self) -> Iterator[bytes]:
        """Every message until the server closes its end."""
        with open(self._read_fd, "rb", buffering=256 * 1024, closefd=False) as stream:
            yield from stream

    def send(self, message: Message) -> None:
        self.write(to_line(message))

    def write(self, line: bytes) -> None:
        with self._lock:
            if not self._open:
                return
            written = os.write(self._write_fd, line)
            while written < len(line):
                line = line[written:]
                written = os.write(self._write_fd, line)

    def request(self, context: str, message: Message, deliver: Deliver) -> None:
        """Sends a request; `deliver` gets its answer, and rows before it, in the reading thread."""
        with self._lock:
            if not self._open:
                raise RuntimeError("The MXCP runtime is not available in a forked process")
            self._next_id += 1
            number = self._next_id
            self._pending[number] = (context, deliver)
        self.send({**message, "id": number, "context": context})

    def ask(self, context: str, message: Message) -> Iterator[Message]:
        """Sends a request and yields what comes for it; the last is its answer. Blocks this thread."""
        answers: SimpleQueue[Message] = SimpleQueue()
        self.request(context, message, answers.put)
        while True:
            answer = answers.get()
            yield answer
            if answer["type"] != "rows":
                return

    def answer(self, message: Message) -> None:
        """Takes a message that answers a request of ours."""
        number = message["id"]
        entry = self._pending.get(number) if message["type"] == "rows" else self._pending.pop(number, None)
        if entry is not None:
            entry[1](message)

    def abandon(self, context: str) -> None:
        """Ends every wait of a context: its call was cancelled."""
        for number, (owner, deliver) in list(self._pending.items()):
            if owner == context and self._pending.pop(number, None) is not None:
                deliver({"type": "cancelled"})

    def _forget(self) -> None:
        self._lock = threading.Lock()
        self._open = False
        for descriptor in (self._read_fd, self._write_fd):
            _close(descriptor)


def _hide(descriptor: int) -> int:
    """Moves a descriptor away from where programs meet it; it is not inherited."""
    try:
        hidden = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, LOWEST_DESCRIPTOR)
    except OSError:
        hidden = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, descriptor + 1)
    os.close(descriptor)
    os.set_blocking(hidden, True)
    return hidden


def _close(descriptor: Optional[int]) -> None:
    try:
        if descriptor is not None:
            os.close(descriptor)
    except OSError:
        pass
