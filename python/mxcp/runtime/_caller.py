from __future__ import annotations

import logging
from typing import Any, Optional, Union

from .._worker.content import Content, base64_of
from .._worker.execution import ExecutionContext, current
from .._worker.plain_json import plain_json, text_or_none
from .._worker.questions import ask

Data = Union[bytes, bytearray, memoryview, str]
Annotations = Optional[dict[str, Any]]

_log = logging.getLogger("mxcp.runtime.mcp")


class Caller:
    """Who called. Its coroutines may be used in sync functions with `asyncio.run`."""

    async def debug(self, message: Any, **extra: Any) -> None:
        """Sends the caller a log notification; `logger_name` names its logger."""
        _tell("debug", logging.DEBUG, message, extra)

    async def info(self, message: Any, **extra: Any) -> None:
        """Sends the caller a log notification; `logger_name` names its logger."""
        _tell("info", logging.INFO, message, extra)

    async def warning(self, message: Any, **extra: Any) -> None:
        """Sends the caller a log notification; `logger_name` names its logger."""
        _tell("warning", logging.WARNING, message, extra)

    async def error(self, message: Any, **extra: Any) -> None:
        """Sends the caller a log notification; `logger_name` names its logger."""
        _tell("error", logging.ERROR, message, extra)

    async def progress(
        self, progress: float, total: Optional[float] = None, message: Optional[str] = None
    ) -> None:
        """Tells the caller how far the call is, if it wants to know."""
        execution = _listening()
        if execution is None:
            return
        if not execution._channel:
            _log.info("progress %s%s %s", progress, "" if total is None else f"/{total}", message or "")
            return
        # as floats, since the server reads integers beyond 2^53 as something else than numbers
        done, whole = float(progress), None if total is None else float(total)
        text = text_or_none(message)
        execution._services.channel.send(
            {"type": "progress", "context": execution._id, "done": done, "total": whole, "message": text}
        )

    async def elicit(self, message: str, schema: dict[str, Any]) -> dict[str, Any]:
        """Asks the user by a form.

        The caller may answer by calling again: then the function is run again from its start, and comes here with
        the answer.

        :param schema: JSON Schema of the wanted answer: an object of scalars
        :return: `{"action": "accept", "content": {…}}`, or an action `decline` or `cancel`
        :raises RuntimeError: when the caller cannot be asked
        """
        answer = await ask({"kind": "form", "message": str(message), "schema": plain_json(schema)})
        return dict(answer)

    async def elicit_url(self, message: str, url: str) -> dict[str, Any]:
        """Asks the user to visit a URL. Otherwise as `elicit`."""
        return dict(await ask({"kind": "url", "message": str(message), "url": str(url)}))

    async def sample(self, params: dict[str, Any]) -> dict[str, Any]:
        """Asks the client's model: `params` and result of MCP's `sampling/createMessage`. Deprecated by MCP."""
        return dict(await ask({"kind": "sample", "params": plain_json(params)}))

    async def roots(self) -> dict[str, Any]:
        """The client's roots: the result of MCP's `roots/list`. Deprecated by MCP."""
        return dict(await ask({"kind": "roots"}))

    def text(self, text: str, *, annotations: Annotations = None) -> Content:
        """Text as MCP content."""
        return Content({"type": "text", "text": str(text)}, annotations)

    def image(self, data: Data, mime_type: str = "image/png", *, annotations: Annotations = None) -> Content:
        """An image, of bytes or base64."""
        return Content({"type": "image", "data": base64_of(data), "mimeType": str(mime_type)}, annotations)

    def audio(self, data: Data, mime_type: str = "audio/wav", *, annotations: Annotations = None) -> Content:
        """A sound, of bytes or base64."""
        return Content({"type": "audio", "data": base64_of(data), "mimeType": str(mime_type)}, annotations)

    def resource(
        self,
        uri: str,
        text: Optional[str] = None,
        data: Optional[Data] = None,
        mime_type: Optional[str] = None,
        *,
        annotations: Annotations = None,
    ) -> Content:
        """A resource's content itself: either `text`, or `data` of bytes or base64."""
        if (text is None) == (data is None):
            raise ValueError("A resource has either text or data")
        content = {"text": str(text)} if data is None else {"blob": base64_of(data)}
        block = {"type": "resource", "uri": str(uri), "mimeType": text_or_none(mime_type), **content}
        return Content(block, annotations)

    def link(
        self,
        uri: str,
        name: str,
        title: Optional[str] = None,
        description: Optional[str] = None,
        mime_type: Optional[str] = None,
        *,
        annotations: Annotations = None,
    ) -> Content:
        """A link to a resource."""
        optional = {"title": title, "description": description}
        given = {key: str(value) for key, value in optional.items() if value is not None}
        names = {"uri": str(uri), "name": str(name), **given}
        return Content({"type": "resource_link", **names, "mimeType": text_or_none(mime_type)}, annotations)


def _listening() -> Optional[ExecutionContext]:
    """The call whose caller is to be told something; None outside calls."""
    execution = current.get()
    if execution is None or execution._is_system:
        return None
    execution._check_running()
    return execution


def _tell(level: str, number: int, message: Any, extra: dict[str, Any]) -> None:
    execution = _listening()
    if execution is None:
        return
    logger = extra.pop("logger_name", None)
    if not execution._channel:
        _log.log(number, "%s", message)
        return
    data = plain_json({"message": message, **extra} if extra else message)
    execution._services.channel.send(
        {
            "type": "notice",
            "context": execution._id,
            "level": level,
            "data": data,
            "logger": text_or_none(logger),
        }
    )
