"""Sub-steps of a call, such as requests to other systems, for its audit record."""

from __future__ import annotations

import datetime as dt
import logging
import time
from dataclasses import asdict, dataclass, field
from typing import Any, Optional

from ..._worker.execution import ExecutionContext, current
from ..._worker.plain_json import plain_json, text_or_none

__all__ = ["ExecutionEvent", "ExecutionSpan", "add_execution_event", "begin_execution_event", "get_execution_events"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ExecutionSpan:
    """When a sub-step began."""

    started_at: dt.datetime
    started_monotonic: float


@dataclass(frozen=True)
class ExecutionEvent:
    """A sub-step of a call."""

    kind: str
    started_at: str
    duration_ms: int
    status: str
    target: Optional[str] = None
    operation: Optional[str] = None
    summary: Optional[str] = None
    error: Optional[str] = None
    details: dict[str, Any] = field(default_factory=dict)


def begin_execution_event() -> ExecutionSpan:
    """Marks the start of a sub-step."""
    return ExecutionSpan(dt.datetime.now(dt.timezone.utc), time.monotonic())


def add_execution_event(
    span: Optional[ExecutionSpan] = None,
    kind: str = "external",
    status: str = "success",
    target: Optional[str] = None,
    operation: Optional[str] = None,
    summary: Optional[str] = None,
    error: Optional[str] = None,
    details: Optional[dict[str, Any]] = None,
) -> None:
    """Adds a sub-step that began with `span`, and ends now, to the current call's audit record."""
    execution = _call()
    if execution is None:
        _log.debug("An execution event outside a call is dropped")
        return
    began = span if span is not None else begin_execution_event()
    event = ExecutionEvent(
        kind=str(kind),
        started_at=began.started_at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        duration_ms=max(0, round((time.monotonic() - began.started_monotonic) * 1000)),
        status="success" if status == "success" else "error",
        target=text_or_none(target),
        operation=text_or_none(operation),
        summary=text_or_none(summary),
        error=text_or_none(error),
        details=plain_json(details or {}),
    )
    execution._events.append(event)
    execution._services.channel.send({"type": "audit_event", "context": execution._id, "event": asdict(event)})


def get_execution_events() -> list[ExecutionEvent]:
    """The current call's sub-steps so far."""
    execution = _call()
    return [] if execution is None else list(execution._events)


def _call() -> Optional[ExecutionContext]:
    execution = current.get()
    return None if execution is None or execution._is_system or execution._ended else execution
