"""Casts of single values to SQL's types as DuckDB casts literals, and their typed form."""

from __future__ import annotations

import base64
import datetime as dt
import math
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Callable, NoReturn
from uuid import UUID

from .plain import duration_text
from .plain_json import json_bytes
from .tagged import datetime_of, padded
from .typed_read import EPOCH

JSON_TYPE = "JSON"


class CastError(Exception):
    """A function's value does not fit its declared type; the text is complete."""


def json_text(value: Any) -> Any:
    """A bare `dict` or `list` as the text of a VARCHAR."""
    return value if value is None or isinstance(value, str) else json_bytes(value).decode()


def _bool(value: Any) -> bool:
    if isinstance(value, (bool, int, float, Decimal)):
        return bool(value)
    if isinstance(value, str) and value.lower() in ("true", "t", "1", "yes", "y"):
        return True
    if isinstance(value, str) and value.lower() in ("false", "f", "0", "no", "n"):
        return False
    return no_text(value, "BOOL")


def _integer(value: Any) -> Any:
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        number = round(value)
    elif isinstance(value, (int, str, Decimal)) and not isinstance(value, bool):
        exact = _decimal_of(value, "INT32")
        if not exact.is_finite() or exact.adjusted() > 20:
            return no_text(value, "INT32")
        number = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    else:
        return _mismatch(value, "INTEGER")
    if not -(2**31) <= number < 2**31:
        raise CastError("Python Conversion Failure: Value out of range for type INT")
    return number


def _double(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        return _mismatch(value, "DOUBLE")
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return no_text(value, "DOUBLE")
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else ("Infinity" if number > 0 else "-Infinity")


def _decimal(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        return _mismatch(value, "DECIMAL(18,3)")
    exact = _decimal_of(str(value) if isinstance(value, float) else value, "DECIMAL(18,3)")
    if not exact.is_finite() or exact.adjusted() >= 15:
        raise CastError(f"Failed to cast value: Could not cast value {value} to DECIMAL(18,3)")
    return format(exact.quantize(Decimal("0.001"), ROUND_HALF_UP), "f")


def _decimal_of(value: Any, target: str) -> Decimal:
    try:
        return Decimal(value.strip() if isinstance(value, str) else value)
    except InvalidOperation:
        return no_text(value, target)


def _varchar(value: Any) -> str:
    if isinstance(value, bool):
        return _mismatch(value, "VARCHAR")
    return _text(value)


def _text(value: Any) -> str:
    """As DuckDB prints it."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return {None: "NULL", True: "true", False: "false"}[value]
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(k)!r}: {_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_text(item) for item in value) + "]"
    if isinstance(value, (bytes, bytearray)):
        return "".join(chr(b) if 32 <= b < 127 and b != 92 else f"\\x{b:02X}" for b in value)
    if isinstance(value, dt.timedelta):
        return duration_text(value)
    if isinstance(value, (int, float, Decimal, dt.date, dt.time, UUID)):
        return str(value)
    return untransformable(value)


def _blob(value: Any) -> str:
    if isinstance(value, str):
        value = value.encode()
    if not isinstance(value, (bytes, bytearray, memoryview)):
        return _mismatch(value, "BLOB")
    return base64.b64encode(value).decode()


def _date(value: Any) -> int:
    if isinstance(value, str):
        text = value.strip()
        try:
            value = dt.date.fromisoformat(text[:10])
        except ValueError:
            raise CastError(
                f'Failed to cast value: invalid date field format: "{text}", expected format is (YYYY-MM-DD)'
            ) from None
    if isinstance(value, dt.datetime):
        value = value.date()
    return (value - EPOCH.date()).days if isinstance(value, dt.date) else _mismatch(value, "DATE")


def _time(value: Any) -> int:
    if isinstance(value, str):
        try:
            value = dt.time.fromisoformat(padded(value.strip()))
        except ValueError:
            return no_text(value, "TIME")
    if isinstance(value, dt.datetime):
        value = value.time()
    if not isinstance(value, dt.time):
        return _mismatch(value, "TIME")
    return ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond


def _timestamp(value: Any) -> int:
    if isinstance(value, str):
        try:
            value = datetime_of(value.strip())
        except ValueError:
            return no_text(value, "TIMESTAMP")
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        value = dt.datetime(value.year, value.month, value.day)
    if not isinstance(value, dt.datetime):
        return _mismatch(value, "TIMESTAMP")
    return (value.replace(tzinfo=None) - EPOCH) // dt.timedelta(microseconds=1)


_UNITS = {"day": 86_400_000_000, "hour": 3_600_000_000, "minute": 60_000_000, "second": 1_000_000}


def _interval(value: Any) -> Any:
    if isinstance(value, dt.timedelta):
        return [0, value.days, value.seconds * 1_000_000 + value.microseconds]
    if not isinstance(value, str):
        return _mismatch(value, "INTERVAL")
    parts = re.findall(r"(-?\d+)\s*(day|hour|minute|second)s?\b", value)
    if not parts:
        return no_text(value, "INTERVAL")
    return [0, 0, sum(int(count) * _UNITS[unit] for count, unit in parts)]


SCALARS: dict[str, Callable[[Any], Any]] = {
    "BOOLEAN": _bool,
    "INTEGER": _integer,
    "DOUBLE": _double,
    "DECIMAL": _decimal,
    "VARCHAR": _varchar,
    "BLOB": _blob,
    "DATE": _date,
    "TIME": _time,
    "TIMESTAMP": _timestamp,
    "INTERVAL": _interval,
    JSON_TYPE: json_text,
}


def _mismatch(value: Any, target: str) -> NoReturn:
    if isinstance(value, bool):
        raise CastError(
            f"Type BOOLEAN does not match with {target}. Python Conversion Failure: "
            "Expected a value of another type, but got a value of type boolean"
        )
    names = {int: "BIGINT", str: "VARCHAR", float: "DOUBLE", bytes: "BLOB", dt.date: "DATE", list: "LIST"}
    if type(value) in names:
        raise CastError(
            f"Failed to cast value: Unimplemented type for cast ({names[type(value)]} -> {target})"
        )
    untransformable(value)


def untransformable(value: Any) -> NoReturn:
    raise CastError(f"Unable to transform python value of type '{type(value)}' to DuckDB LogicalType")


def no_text(value: Any, target: str) -> NoReturn:
    shown = value if isinstance(value, str) and len(value) <= 100 else type(value).__name__
    raise CastError(f"Failed to cast value: Could not convert string '{shown}' to {target}")
