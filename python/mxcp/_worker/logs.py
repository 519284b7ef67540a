"""Sends the records of Python's `logging` to the server."""

from __future__ import annotations

import logging

from .channel import Channel
from .execution import current

LONGEST_MESSAGE = 32 * 1024


class ServerHandler(logging.Handler):
    def __init__(self, channel: Channel) -> None:
        super().__init__()
        self._channel = channel
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        try:
            message = self.format(record)
        except Exception:
            self.handleError(record)
            return
        execution = current.get()
        is_over = execution is None or execution._ended
        self._channel.send(
            {
                "type": "log",
                "level": _level(record.levelno),
                "logger": record.name,
                "message": message if len(message) <= LONGEST_MESSAGE else message[:LONGEST_MESSAGE] + "…",
                "context": None if is_over or execution is None else execution._id,
            }
        )


def install(channel: Channel, debug: bool) -> None:
    root = logging.getLogger()
    root.addHandler(ServerHandler(channel))
    root.setLevel(logging.DEBUG if debug else logging.INFO)
    logging.captureWarnings(True)


def _level(number: int) -> str:
    for level in (logging.CRITICAL, logging.ERROR, logging.WARNING, logging.INFO):
        if number >= level:
            return logging.getLevelName(level).lower()
    return "debug"
