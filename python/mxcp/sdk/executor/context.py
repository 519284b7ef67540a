"""On whose behalf code runs."""

from __future__ import annotations

from typing import Optional

from ..._worker.execution import ExecutionContext, current

__all__ = ["ExecutionContext", "get_execution_context"]


def get_execution_context() -> Optional[ExecutionContext]:
    """The current context; None outside endpoint code."""
    return current.get()
