"""Any value as plain JSON data, for messages of which it is a part."""

from __future__ import annotations

import json
from typing import Any

from .results import ResultWriter


def plain_json(value: Any) -> Any:
    """
    :raises ResultError: for what JSON cannot say
    """
    parts: list[bytes] = []
    text = ResultWriter(0, 0, parts.append).write(value)
    return json.loads(text if text is not None else b"[" + b",".join(parts) + b"]")
