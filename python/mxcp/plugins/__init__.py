"""Plugins: classes whose methods SQL can call.

A plugin's module holds a class `MXCPPlugin` that derives from `MXCPBasePlugin`. Methods marked `@udf` become the SQL
function `<method>_<plugin name>`; their type hints say its types.
"""

from __future__ import annotations

from typing import Any, Callable, Optional, TypeVar, Union, overload

from .._worker import hooks
from .._worker.execution import UserContext, current

__all__ = ["MXCPBasePlugin", "udf", "on_shutdown"]

_F = TypeVar("_F", bound=Callable[..., Any])


class MXCPBasePlugin:
    """Base of every plugin. The accessors of the user answer for the call that is running."""

    def __init__(self, config: dict[str, Any], user_context: Optional[UserContext] = None) -> None:
        self._config = config
        self._user_context = user_context

    def shutdown(self) -> Any:
        """Lets go of what the plugin holds; called once at the end. May be a coroutine."""

    @property
    def user_context(self) -> Optional[UserContext]:
        """Who calls, or None."""
        execution = current.get()
        user = execution.user_context if execution is not None else None
        return user if user is not None else self._user_context

    @user_context.setter
    def user_context(self, user: Optional[UserContext]) -> None:
        self._user_context = user

    def is_authenticated(self) -> bool:
        return self.user_context is not None

    def get_user_token(self) -> Optional[str]:
        """The caller's token of the identity provider."""
        user = self.user_context
        return user.external_token if user else None

    def get_username(self) -> Optional[str]:
        user = self.user_context
        return user.username if user else None

    def get_user_email(self) -> Optional[str]:
        user = self.user_context
        return user.email if user else None

    def get_user_provider(self) -> Optional[str]:
        user = self.user_context
        return user.provider if user else None


@overload
def udf(function: _F) -> _F: ...
@overload
def udf(function: None = None) -> Callable[[_F], _F]: ...
def udf(function: Optional[_F] = None) -> Union[_F, Callable[[_F], _F]]:
    """Offers a method to SQL."""
    if function is None:
        return udf
    function._mxcp_udf = True  # type: ignore[attr-defined]
    return function


def on_shutdown(function: _F) -> _F:
    """Calls a function when the plugins are shut down, after their own `shutdown`."""
    hooks.plugin_shutdown_hooks.append(function)
    return function
