"""Any value as plain JSON, for messages of which it is a part."""

from __future__ import annotations

import json
from typing import Any

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
