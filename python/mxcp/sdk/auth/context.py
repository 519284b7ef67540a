"""Who calls."""

from __future__ import annotations

from typing import Optional

from ..._worker.execution import UserContext, current

__all__ = ["UserContext", "get_user_context"]


def get_user_context() -> Optional[UserContext]:
    """The user of the current call; None when there is none."""
    execution = current.get()
    return None if execution is None else execution.user_context
