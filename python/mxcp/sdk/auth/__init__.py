"""Who calls."""

from .context import UserContext, get_user_context

__all__ = ["UserContext", "get_user_context"]
