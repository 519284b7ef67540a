"""Results of plugin functions as typed values, cast to the declared type as DuckDB casts literals."""

from __future__ import annotations

import base64
import datetime as dt
import math
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Callable, NoReturn
from uuid import UUID

from .plain import duration_text
from .results import ResultWriter
from .tagged import _datetime as datetime_of, _padded as padded
from .typed_read import EPOCH, SqlType

Writer = Callable[[Any], Any]

JSON_TYPE = "JSON"


class CastError(Exception):
    """A function's value does not fit its declared type; the text is complete."""


def writer(sql_type: SqlType) -> Writer:
    """Casts values to a type; None and missing values are NULL."""
    cast = _writer(sql_type)

    def write(value: Any) -> Any:
        if value is None or _is_missing(value):
            return None
        return cast(_plain(value))

    return write


def json_text(value: Any) -> Any:
    """A bare `dict` or `list` as the text of a VARCHAR."""
    if value is None or isinstance(value, str):
        return value
    parts: list[bytes] = []
    text = ResultWriter(0, 0, parts.append).write(value)
    return (text if text is not None else b"[" + b",".join(parts) + b"]").decode()


def _writer(sql_type: SqlType) -> Writer:
    name = sql_type["name"]
    if name == "LIST":
        return _list(sql_type)
    if name == "MAP":
        return _map(sql_type)
    if name == "STRUCT":
        return _struct(sql_type)
    return _scalars[name]


def _list(sql_type: SqlType) -> Writer:
    item = writer(sql_type["items"])

    def write(value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return [item(each) for each in value]
        if isinstance(value, (set, frozenset)):
            return _untransformable(value)
        return _cannot(value, sql_type)

    return write


def _map(sql_type: SqlType) -> Writer:
    key, item = writer(sql_type["key"]), writer(sql_type["value"])
    return lambda value: (
        [[key(k), item(v)] for k, v in value.items()] if isinstance(value, dict) else _cannot(value, sql_type)
    )


def _struct(sql_type: SqlType) -> Writer:
    fields = [(name, writer(inner)) for name, inner in sql_type["fields"]]

    def write(value: Any) -> Any:
        if isinstance(value, tuple) and not hasattr(value, "_fields"):
            if len(value) != len(fields):
                raise CastError(
                    f"Tried to create a STRUCT value from a tuple containing {len(value)} elements, "
                    f"but the STRUCT consists of {len(fields)} children"
                )
            return [put(each) for (_, put), each in zip(fields, value)]
        if isinstance(value, dict):
            return from_dict(value)
        if isinstance(value, (str, int, float, list, set)):
            return _cannot(value, sql_type)
        return [put(getattr(value, name, None)) for name, put in fields]

    def from_dict(value: dict[Any, Any]) -> Any:
        found = {str(key).lower(): each for key, each in value.items()}
        if found.keys() != {name.lower() for name, _ in fields}:
            raise CastError(
                f"We could not convert the object to the desired target type ({type_text(sql_type)}): "
                f"it has the keys {', '.join(map(str, value))}"
            )
        return [put(found[name.lower()]) for name, put in fields]

    return write


def _bool(value: Any) -> bool:
    if isinstance(value, (bool, int, float, Decimal)):
        return bool(value)
    if isinstance(value, str) and value.lower() in ("true", "t", "1", "yes", "y"):
        return True
    if isinstance(value, str) and value.lower() in ("false", "f", "0", "no", "n"):
        return False
    return _no_text(value, "BOOL")


def _integer(value: Any) -> Any:
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        number = round(value)
    elif isinstance(value, (int, str, Decimal)) and not isinstance(value, bool):
        exact = _decimal_of(value, "INT32")
        if not exact.is_finite() or exact.adjusted() > 20:
            return _no_text(value, "INT32")
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
        return _no_text(value, "DOUBLE")
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
        return _no_text(value, target)


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
    return _untransformable(value)


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
            return _no_text(value, "TIME")
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
            return _no_text(value, "TIMESTAMP")
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
        return _no_text(value, "INTERVAL")
    return [0, 0, sum(int(count) * _UNITS[unit] for count, unit in parts)]


_scalars: dict[str, Writer] = {
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


def type_text(sql_type: SqlType) -> str:
    name = sql_type["name"]
    if name == "LIST":
        return f"{type_text(sql_type['items'])}[]"
    if name == "MAP":
        return f"MAP({type_text(sql_type['key'])}, {type_text(sql_type['value'])})"
    if name == "STRUCT":
        return f"STRUCT({', '.join(f'{field} {type_text(inner)}' for field, inner in sql_type['fields'])})"
    return f"DECIMAL({sql_type['width']},{sql_type['scale']})" if name == "DECIMAL" else str(name)


def _plain(value: Any) -> Any:
    """numpy's and pandas' values as Python's own."""
    module = type(value).__module__.split(".")[0]
    if module == "numpy" and hasattr(value, "tolist"):
        return value.tolist()
    if module == "pandas":
        for method in ("to_pydatetime", "to_pytimedelta", "tolist"):
            if hasattr(value, method):
                return getattr(value, method)()
    return value


def _is_missing(value: Any) -> bool:
    return type(value).__module__.startswith("pandas") and type(value).__name__ in ("NaTType", "NAType")


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
    _untransformable(value)


def _untransformable(value: Any) -> NoReturn:
    raise CastError(f"Unable to transform python value of type '{type(value)}' to DuckDB LogicalType")


def _cannot(value: Any, sql_type: SqlType) -> NoReturn:
    if isinstance(value, str):
        _no_text(value, type_text(sql_type))
    raise CastError(
        f"Failed to cast value: Unimplemented type for cast ({type(value).__name__} -> {type_text(sql_type)})"
    )


def _no_text(value: Any, target: str) -> NoReturn:
    shown = value if isinstance(value, str) and len(value) <= 100 else type(value).__name__
    raise CastError(f"Failed to cast value: Could not convert string '{shown}' to {target}")
