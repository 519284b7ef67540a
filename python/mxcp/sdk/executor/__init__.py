"""On whose behalf code runs."""

from .context import ExecutionContext, get_execution_context

__all__ = ["ExecutionContext", "get_execution_context"]
