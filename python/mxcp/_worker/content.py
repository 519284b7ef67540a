"""MCP content as endpoint code builds it."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Optional, Union

from .errors import ResultTooLarge


class Content:
    """One block of MCP content; made by `mcp.text`, `mcp.image`, `mcp.audio`, `mcp.resource` and `mcp.link`.

    A function that returns one, or a list of nothing else, sends MCP content instead of data.
    """

    __slots__ = ("block",)

    def __init__(self, block: dict[str, Any], annotations: Optional[dict[str, Any]] = None) -> None:
        self.block = block if annotations is None else {**block, "annotations": annotations}

    def __repr__(self) -> str:
        return f"<mcp content {self.block['type']}>"


def base64_of(data: Union[bytes, bytearray, memoryview, str]) -> str:
    """Bytes, or text that is base64 already, as base64.

    :raises ValueError: when the text is no base64
    """
    if not isinstance(data, str):
        return base64.b64encode(data).decode()
    try:
        base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("Data of MCP content must be bytes, or text in base64") from None
    return data


def blocks_of(value: Any) -> Optional[list[dict[str, Any]]]:
    """The blocks, when a result is MCP content."""
    if isinstance(value, Content):
        return [value.block]
    if isinstance(value, (list, tuple)) and value and all(isinstance(item, Content) for item in value):
        return [item.block for item in value]
    return None


def bytes_of(value: Any, max_bytes: int) -> Optional[str]:
    """The base64 of a result that is bytes itself."""
    if not isinstance(value, (bytes, bytearray, memoryview)):
        return None
    if max_bytes and memoryview(value).nbytes > max_bytes:
        raise ResultTooLarge(f"The result is larger than {max_bytes} bytes")
    return base64.b64encode(value).decode()
