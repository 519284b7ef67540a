"""Any value as plain JSON, for messages of which it is a part."""

from __future__ import annotations

import json
from typing import Any, Optional

from .results import ResultWriter


def json_bytes(value: Any) -> bytes:
    """The JSON text of any value.

    :raises ResultError: for what JSON cannot say
    """
    parts: list[bytes] = []
    text = ResultWriter(0, 0, parts.append).write(value)
    return text if text is not None else b"[" + b",".join(parts) + b"]"


def plain_json(value: Any) -> Any:
    """
    :raises ResultError: for what JSON cannot say
    """
    return json.loads(json_bytes(value))


def text_or_none(value: Any) -> Optional[str]:
    """User code may pass anything for a text; the server ends a worker whose messages it cannot read."""
    return None if value is None else str(value)
