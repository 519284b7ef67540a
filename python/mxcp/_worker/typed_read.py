"""Typed values (`src/common/domain/sql-value.ts`) as plain Python: arguments of functions, nested values of rows."""

from __future__ import annotations

import base64
import datetime as dt
import os
from decimal import Decimal
from typing import Any, Callable, Optional
from uuid import UUID
from zoneinfo import ZoneInfo

SqlType = dict[str, Any]
Reader = Callable[[Any], Any]

EPOCH = dt.datetime(1970, 1, 1)
DAY = dt.date(1970, 1, 1)


def reader(sql_type: SqlType) -> Reader:
    """Reads values of a type; NULL is None."""
    read = _reader(sql_type)
    return _same if read is None else lambda value: None if value is None else read(value)


def _same(value: Any) -> Any:
    return value


def _reader(sql_type: SqlType) -> Optional[Reader]:
    name = sql_type["name"]
    if name in ("LIST", "ARRAY"):
        item = reader(sql_type["items"])
        return lambda value: [item(each) for each in value]
    if name == "STRUCT":
        fields = [(field, reader(inner)) for field, inner in sql_type["fields"]]
        return lambda value: {field: read(each) for (field, read), each in zip(fields, value)}
    if name == "MAP":
        key, item = reader(sql_type["key"]), reader(sql_type["value"])
        return lambda value: {hashable(key(k)): item(v) for k, v in value}
    if name == "UNION":
        members = {field: reader(inner) for field, inner in sql_type["fields"]}
        return lambda value: members[value[0]](value[1])
    return _scalars.get(name)


def hashable(key: Any) -> Any:
    """A MAP's key that a dict takes."""
    if isinstance(key, list):
        return tuple(hashable(item) for item in key)
    if isinstance(key, dict):
        return tuple((name, hashable(item)) for name, item in key.items())
    return key


def date(days: Any) -> Optional[dt.date]:
    try:
        return None if isinstance(days, str) else DAY + dt.timedelta(days=days)
    except OverflowError:
        return None


def timestamp(micros: Any) -> Optional[dt.datetime]:
    """Null when infinite, or beyond what Python has."""
    try:
        return None if isinstance(micros, str) else EPOCH + dt.timedelta(microseconds=micros)
    except OverflowError:
        return None


def zoned_timestamp(micros: Any) -> Optional[dt.datetime]:
    naive = timestamp(micros)
    try:
        return naive and naive.replace(tzinfo=dt.timezone.utc).astimezone(session_zone())
    except OverflowError:
        return None


def time(micros: int) -> dt.time:
    # 24:00:00 is a TIME in DuckDB, not in Python
    return (EPOCH + dt.timedelta(microseconds=min(micros, 86_400_000_000 - 1))).time()


def zoned_time(text: str) -> dt.time:
    clock, sign, offset = text.replace("-", "+-").partition("+")
    parts = offset.lstrip("-").split(":") + ["0", "0"]
    seconds = int(parts[0] or 0) * 3600 + int(parts[1]) * 60 + int(parts[2])
    zone = dt.timezone(dt.timedelta(seconds=-seconds if offset.startswith("-") else seconds))
    head, _, fraction = clock.partition(".")
    return dt.time.fromisoformat(f"{head}.{fraction.ljust(6, '0')[:6]}").replace(tzinfo=zone)


def interval(parts: Any) -> dt.timedelta:
    months, days, micros = parts
    return dt.timedelta(days=months * 30 + days, microseconds=micros)


_zone: Optional[dt.tzinfo] = None


def session_zone() -> dt.tzinfo:
    """The zone of the process, which is also that of DuckDB sessions."""
    global _zone
    if _zone is None:
        _zone = _local_zone()
    return _zone


def _local_zone() -> dt.tzinfo:
    name = os.environ.get("TZ") or os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    try:
        return ZoneInfo(name or "UTC")
    except (ValueError, OSError, KeyError):
        return dt.timezone.utc


_scalars: dict[str, Reader] = {
    "FLOAT": float,
    "DOUBLE": float,
    "DECIMAL": lambda text: Decimal(str(text)),
    "DATE": date,
    "TIME": time,
    "TIMETZ": zoned_time,
    "TIMESTAMP": timestamp,
    "TIMESTAMP_S": timestamp,
    "TIMESTAMP_MS": timestamp,
    "TIMESTAMP_NS": lambda nanos: None if isinstance(nanos, str) else timestamp(nanos // 1000),
    "TIMESTAMPTZ": zoned_timestamp,
    "INTERVAL": interval,
    "UUID": UUID,
    "BLOB": lambda text: base64.b64decode(text),
}
