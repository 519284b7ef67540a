"""Rows of `db.execute` with the values that MXCP projects expect: pandas' and numpy's where they are installed."""

from __future__ import annotations

import base64
import importlib
import importlib.util
import math
from typing import Any, Callable, Iterable, Optional
from uuid import UUID

from . import typed_read
from .typed_read import SqlType

Reader = Callable[[Any], Any]


def names_of(columns: list[dict[str, Any]]) -> list[str]:
    """Column names; of equal ones the later are renamed `a_1`, `a_2`."""
    seen: set[str] = set()
    names = []
    for column in columns:
        name = column["name"]
        count = 0
        while name.lower() in seen:
            count += 1
            name = f"{column['name']}_{count}"
        seen.add(name.lower())
        names.append(name)
    return names


class RowReader:
    """Reads the rows of one statement."""

    def __init__(self, columns: list[dict[str, Any]]) -> None:
        self._names = names_of(columns)
        self._readers = [_reader(column["type"]) for column in columns]

    def read(self, rows: Iterable[list[Any]]) -> list[dict[str, Any]]:
        names, readers = self._names, self._readers
        if not any(readers):
            return [dict(zip(names, row)) for row in rows]
        return [
            {name: value if read is None else read(value) for name, read, value in zip(names, readers, row)}
            for row in rows
        ]


def _reader(sql_type: SqlType) -> Optional[Reader]:
    """Reads NULL as well; None when values stay as they are."""
    name = sql_type["name"]
    if name in ("HUGEINT", "DECIMAL", "FLOAT", "DOUBLE"):
        return lambda value: math.nan if value is None else float(value)
    if name in ("LIST", "ARRAY"):
        return _or_none(lambda value: _array(value, sql_type["items"]))
    special = _scalars.get(name)
    if special is not None:
        return _or_none(special)
    return typed_read.reader(sql_type) if name in ("STRUCT", "MAP", "UNION", "UUID", "TIME", "TIMETZ") else None


def _or_none(read: Reader) -> Reader:
    return lambda value: None if value is None else read(value)


class _Library:
    """A package that is imported when a value first needs it, if it is there."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._module: Any = None
        self._is_sought = False

    def get(self) -> Any:
        if not self._is_sought:
            if importlib.util.find_spec(self._name) is not None:
                try:
                    self._module = importlib.import_module(self._name)
                except ImportError:
                    self._module = None
            self._is_sought = True
        return self._module


_pandas = _Library("pandas")
_numpy = _Library("numpy")


def _stamp(value: Any) -> Any:
    """A datetime as pandas' Timestamp."""
    pandas = _pandas.get()
    return value if value is None or pandas is None else pandas.Timestamp(value)


def _date(days: Any) -> Any:
    if isinstance(days, str):
        return None
    return _stamp(typed_read.timestamp(days * 86_400_000_000))


def _nanos(nanos: Any) -> Any:
    pandas = _pandas.get()
    if isinstance(nanos, str) or pandas is None:
        return None if isinstance(nanos, str) else typed_read.timestamp(nanos // 1000)
    return pandas.Timestamp(nanos)


def _interval(parts: Any) -> Any:
    value = typed_read.interval(parts)
    pandas = _pandas.get()
    return value if pandas is None else pandas.Timedelta(value)


def _bits(text: str) -> bytes:
    """DuckDB's own form: how many bits are padding, then the bits behind ones."""
    padding = -len(text) % 8
    size = (len(text) + padding) // 8
    return bytes([padding]) + int("1" * padding + text, 2).to_bytes(size, "big")


_scalars: dict[str, Reader] = {
    "DATE": _date,
    "TIMESTAMP": lambda micros: _stamp(typed_read.timestamp(micros)),
    "TIMESTAMP_S": lambda micros: _stamp(typed_read.timestamp(micros)),
    "TIMESTAMP_MS": lambda micros: _stamp(typed_read.timestamp(micros)),
    "TIMESTAMP_NS": _nanos,
    "TIMESTAMPTZ": lambda micros: _stamp(typed_read.zoned_timestamp(micros)),
    "INTERVAL": _interval,
    "UUID": UUID,
    "BLOB": lambda text: bytearray(base64.b64decode(text)),
    "BIT": _bits,
}

# numpy's types of list items; all others are objects
_ITEM_TYPES = {
    "BOOLEAN": "bool",
    "TINYINT": "int8",
    "SMALLINT": "int16",
    "INTEGER": "int32",
    "BIGINT": "int64",
    "UTINYINT": "uint8",
    "USMALLINT": "uint16",
    "UINTEGER": "uint32",
    "UBIGINT": "uint64",
    "FLOAT": "float32",
    "DOUBLE": "float64",
    "HUGEINT": "float64",
    "DECIMAL": "float64",
    "DATE": "datetime64[us]",
    "TIMESTAMP": "datetime64[us]",
    "TIMESTAMP_S": "datetime64[s]",
    "TIMESTAMP_MS": "datetime64[ms]",
    "TIMESTAMP_NS": "datetime64[ns]",
    "TIMESTAMPTZ": "datetime64[us]",
    "INTERVAL": "timedelta64[us]",
}


def _array(values: list[Any], item_type: SqlType) -> Any:
    """A list as numpy's array, masked where a NULL is; a list where numpy is not installed."""
    numpy = _numpy.get()
    name = item_type["name"]
    if numpy is None:
        read = typed_read.reader(item_type)
        return [read(value) for value in values]
    kind = _ITEM_TYPES.get(name)
    if kind is None:
        items = numpy.empty(len(values), dtype=object)
        read = _reader(item_type)
        for index, value in enumerate(values):
            items[index] = value if read is None else read(value)
        return items
    filled = [_item(name, 0 if value is None else value) for value in values]
    array = numpy.array(filled, dtype=kind)
    if None in values:
        return numpy.ma.masked_array(array, mask=[value is None for value in values])
    return array


def _item(name: str, value: Any) -> Any:
    if name in ("DATE",) or name.startswith("TIMESTAMP"):
        if isinstance(value, str):
            return "NaT"
        if name == "TIMESTAMP_NS":
            return value
        return typed_read.timestamp(value * 86_400_000_000 if name == "DATE" else value)
    if name == "INTERVAL":
        return typed_read.interval(value or (0, 0, 0))
    return float(value) if name in ("HUGEINT", "DECIMAL", "FLOAT", "DOUBLE") else value
