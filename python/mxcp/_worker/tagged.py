"""The protocol's values: plain JSON, and objects tagged by a `$` for what JSON cannot say."""

from __future__ import annotations

import base64
import datetime as dt
import math
import sys
from decimal import Decimal
from enum import Enum
from typing import Any, Callable
from uuid import UUID

from . import database_errors

_readers: dict[str, Callable[[Any], Any]] = {
    "$float": float,
    "$decimal": Decimal,
    "$date": dt.date.fromisoformat,
    "$time": lambda text: _time(text),
    "$datetime": lambda text: datetime_of(text),
    "$interval": lambda parts: dt.timedelta(days=parts[0] * 30 + parts[1], microseconds=parts[2]),
    "$bytes": lambda text: base64.b64decode(text),
    "$uuid": UUID,
    "$map": lambda pairs: {_hashable(read(key)): read(value) for key, value in pairs},
}


def read(value: Any) -> Any:
    """The Python value of a decoded one."""
    if type(value) is dict:
        if len(value) == 1:
            (tag, inner), = value.items()
            if tag.startswith("$"):
                return _readers[tag](inner)
        return {key: read(item) for key, item in value.items()}
    return [read(item) for item in value] if type(value) is list else value


def write(value: Any) -> Any:
    """What stands for a Python value as a parameter of SQL.

    :raises NotImplementedException: for a value that DuckDB has no type for
    """
    kind = type(value)
    if value is None or kind is bool or kind is int or kind is str:
        return value
    if kind is float:
        return _float(value)
    if isinstance(value, dict):
        return _mapping(value)
    if isinstance(value, (list, tuple)):
        return [write(item) for item in value]
    return _special(value)


def _special(value: Any) -> Any:
    if isinstance(value, Enum):
        return write(value.value)
    if _is_missing(value):
        return None
    for types, writer in _writers:
        if isinstance(value, types):
            return writer(value)
    for method in ("tolist", "item"):  # numpy's arrays and scalars, pandas' columns
        if type(value).__module__.split(".")[0] in ("numpy", "pandas") and hasattr(value, method):
            return write(getattr(value, method)())
    raise database_errors.named("NotImplementedException")(
        f"Not implemented Error: Unable to transform python value of type '{type(value)}' to DuckDB LogicalType"
    )


def _float(value: float) -> Any:
    if math.isfinite(value):
        return {"$float": value} if value.is_integer() else value
    return {"$float": "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")}


def _mapping(value: dict[Any, Any]) -> Any:
    looks_tagged = len(value) == 1 and str(next(iter(value))).startswith("$")
    # JavaScript moves names that are numbers to the front, and the fields of a STRUCT have an order
    if looks_tagged or not all(type(key) is str and not key.isdecimal() for key in value):
        return {"$map": [[write(key), write(item)] for key, item in value.items()]}
    return {key: write(item) for key, item in value.items()}


def _interval(value: dt.timedelta) -> Any:
    return {"$interval": [0, value.days, value.seconds * 1_000_000 + value.microseconds]}


def _bytes(value: Any) -> Any:
    return {"$bytes": base64.b64encode(value).decode()}


_writers: list[tuple[Any, Callable[[Any], Any]]] = [
    (bool, bool),
    (int, int),
    (str, str.__str__),
    (float, lambda value: _float(float(value))),
    (Decimal, lambda value: {"$decimal": str(value)}),
    (dt.datetime, lambda value: {"$datetime": value.isoformat()}),
    (dt.date, lambda value: {"$date": value.isoformat()}),
    (dt.time, lambda value: {"$time": value.isoformat()}),
    (dt.timedelta, _interval),
    ((bytes, bytearray, memoryview), _bytes),
    (UUID, lambda value: {"$uuid": str(value)}),
]


def _is_missing(value: Any) -> bool:
    pandas = sys.modules.get("pandas")
    return pandas is not None and (value is getattr(pandas, "NaT", None) or value is getattr(pandas, "NA", None))


def _hashable(key: Any) -> Any:
    return tuple(key) if isinstance(key, list) else key


def datetime_of(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(padded(text.replace("Z", "+00:00")))


def _time(text: str) -> dt.time:
    return dt.time.fromisoformat(padded(text))


def padded(text: str) -> str:
    """Fractions of seconds with six digits, as Python 3.10 reads them."""
    head, dot, tail = text.partition(".")
    if not dot:
        return text
    digits = len(tail) - len(tail.lstrip("0123456789"))
    return f"{head}.{tail[:digits][:6].ljust(6, '0')}{tail[digits:]}"
