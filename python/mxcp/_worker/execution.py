"""The execution context: on whose behalf user code runs. A context variable, so that tasks inherit it."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Optional

from .errors import RunAsks, RunCancelled

if TYPE_CHECKING:
    from .services import Services

NO_CONTEXT = "No execution context available - function not called from MXCP executor"
CALL_ENDED = "The call that this code belongs to has ended"


class UserContext:
    """Who calls, as the identity provider knows them."""

    __slots__ = (
        "provider",
        "user_id",
        "username",
        "email",
        "name",
        "avatar_url",
        "raw_profile",
        "external_token",
        "capabilities",
    )

    provider: str
    user_id: str
    username: str
    email: Optional[str]
    name: Optional[str]
    avatar_url: Optional[str]
    raw_profile: Optional[dict[str, Any]]
    external_token: Optional[str]
    capabilities: list[str]

    def __init__(self, **fields: Any) -> None:
        for name in self.__slots__:
            setattr(self, name, fields.get(name))
        self.capabilities = list(fields.get("capabilities") or [])

    def __repr__(self) -> str:
        return f"UserContext(provider={self.provider!r}, user_id={self.user_id!r}, username={self.username!r})"


class Headers(dict[str, str]):
    """Request headers by their names as sent; looked up in any case."""

    def _key(self, name: object) -> Any:
        if dict.__contains__(self, name) or not isinstance(name, str):
            return name
        lower = name.lower()
        return next((key for key in self if key.lower() == lower), name)

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(self._key(name))

    def __contains__(self, name: object) -> bool:
        return super().__contains__(self._key(name))

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(self._key(name), default)


class ExecutionContext:
    """What the code of one call, or the system's own (imports and hooks), runs with."""

    def __init__(self, services: "Services", data: dict[str, Any], channel: bool = False) -> None:
        user = data.get("user")
        headers = data.get("headers")
        self._services = services
        self._id: str = data["id"]
        self._served = bool(data.get("served"))
        self._channel = channel
        self._is_system = data["id"] == "system"
        self._cancelled = False
        self._ended = False
        self._asked: Optional[list[dict[str, Any]]] = None
        self._events: list[Any] = []
        self._task: Optional["asyncio.Task[Any]"] = None
        self._transport: Optional[str] = data.get("transport")
        self.user_context: Optional[UserContext] = None if user is None else UserContext(**user)
        self._headers = None if headers is None else Headers(headers)

    @property
    def user_id(self) -> Optional[str]:
        return self.user_context.user_id if self.user_context else None

    @property
    def username(self) -> Optional[str]:
        return self.user_context.username if self.user_context else None

    @property
    def email(self) -> Optional[str]:
        return self.user_context.email if self.user_context else None

    @property
    def provider(self) -> Optional[str]:
        return self.user_context.provider if self.user_context else None

    @property
    def external_token(self) -> Optional[str]:
        return self.user_context.external_token if self.user_context else None

    def get(self, key: str, default: Any = None) -> Any:
        """`site_config`, `user_config`, `request_headers`, `transport`, or `mcp`."""
        if key in ("site_config", "user_config"):
            return getattr(self._services.settings, key)
        if key == "mcp":
            from mxcp.runtime import mcp

            return None if self._is_system else mcp
        value = {"request_headers": self._headers, "transport": self._transport}.get(key)
        return default if value is None else value

    def _check_running(self) -> None:
        """Refuses runtime calls of a run that is over."""
        if self._asked is not None:
            raise RunAsks()
        if self._cancelled:
            raise RunCancelled()
        if self._ended:
            raise RuntimeError(CALL_ENDED)


current: ContextVar[Optional[ExecutionContext]] = ContextVar("mxcp_execution", default=None)


def require() -> ExecutionContext:
    """The current context.

    :raises RuntimeError: outside endpoint code, and once its call has ended
    """
    execution = current.get()
    if execution is None:
        raise RuntimeError(NO_CONTEXT)
    execution._check_running()
    return execution
