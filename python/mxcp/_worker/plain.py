"""Turns what endpoint code returns into what JSON has: one step for each kind of object."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import math
import sys
from collections import deque
from collections.abc import Iterator, KeysView, Mapping, Set, ValuesView, ItemsView
from decimal import Decimal
from enum import Enum
from typing import Any, Callable, Optional
from uuid import UUID

from .errors import ResultError, text_of

Step = Callable[[Any], Any]


class Literal:
    """JSON text that stands for itself."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


class Items:
    """Items of an array that are made while they are written."""

    __slots__ = ("items",)

    def __init__(self, items: Iterator[Any]) -> None:
        self.items = items


def simplify(value: Any) -> Any:
    """One step towards None, bool, int, float, str, list, tuple, dict, `Literal` or `Items`, exactly of these types.

    :raises ResultError: when the object cannot be read
    """
    try:
        for types, step in _steps:
            if isinstance(value, types):
                return step(value)
        return _by_shape(value)
    except ResultError:
        raise
    except Exception as error:
        name = type(value).__name__
        raise ResultError(
            f"A {name} in the result cannot be read: {type(error).__name__}: {text_of(error)}"
        ) from error


def key_text(key: Any) -> str:
    """A dict's key as JSON has it."""
    while type(key) is not str:
        if key is None:
            return "null"
        if isinstance(key, bool):
            return "true" if key else "false"
        if isinstance(key, float):
            return repr(float(key))
        if isinstance(key, int) and not isinstance(key, Enum):
            return str(int(key))
        simple = simplify(key)
        key = simple.text if isinstance(simple, Literal) else simple
        if isinstance(key, (list, tuple, dict, Items)):
            return str(key)
    return key


def duration_text(value: dt.timedelta) -> str:
    """`P<days>DT<h>H<m>M<s>S`, the sign before the days."""
    hours, rest = divmod(value.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f".{value.microseconds:06d}".rstrip("0") if value.microseconds else ""
    return f"P{value.days}DT{hours}H{minutes}M{seconds}{fraction}S"


def _bytes(value: Any) -> str:
    data = bytes(value)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return base64.b64encode(data).decode()


def _decimal(value: Decimal) -> Optional[Literal]:
    if not value.is_finite():
        return None
    return Literal(format(value, "f") if abs(value.adjusted()) < 400 else str(value))


def _datetime(value: dt.datetime) -> Optional[str]:
    # pandas.NaT is a datetime too, and unequal to itself
    return value.isoformat() if value == value else None


def _dataclass(value: Any) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}


def _by_shape(value: Any) -> Any:
    kind = type(value)
    module = kind.__module__.split(".")[0]
    if module == "numpy":
        return _numpy(value)
    if module == "pandas":
        return _pandas(value)
    if isinstance(value, type):
        return str(value)
    if dataclasses.is_dataclass(value):
        return _dataclass(value)
    if callable(getattr(kind, "model_dump", None)):  # pydantic 2
        return value.model_dump(by_alias=True)
    if hasattr(kind, "__fields__") and callable(getattr(kind, "dict", None)):  # pydantic 1
        return value.dict(by_alias=True)
    return str(value)


def _numpy(value: Any) -> Any:
    numpy = sys.modules["numpy"]
    if isinstance(value, numpy.ma.core.MaskedConstant):
        return None
    if isinstance(value, (numpy.datetime64, numpy.timedelta64)):
        if numpy.isnat(value):
            return None
        name = "datetime64[us]" if isinstance(value, numpy.datetime64) else "timedelta64[us]"
        return value.astype(name).item()
    if isinstance(value, numpy.ndarray):
        return Items(iter(value)) if value.dtype.kind in "mMOV" and value.ndim else value.tolist()
    return value.item() if isinstance(value, numpy.generic) else str(value)


def _pandas(value: Any) -> Any:
    pandas = sys.modules["pandas"]
    if value is pandas.NA or value is pandas.NaT:
        return None
    if isinstance(value, pandas.DataFrame):
        names = [key_text(name) for name in value.columns]
        columns = [_cells(value.iloc[:, index]) for index in range(len(names))]
        if not names:
            return [{} for _ in range(len(value))]
        return Items(dict(zip(names, row)) for row in zip(*columns))
    if isinstance(value, (pandas.Series, pandas.Index)) or hasattr(value, "tolist"):
        return Items(iter(_cells(value)))
    return str(value)


def _cells(column: Any) -> list[Any]:
    """A column's values, without NaN, so that the common ones need no second look."""
    return [None if type(cell) is float and not math.isfinite(cell) else cell for cell in column.tolist()]


# the first that fits counts
_steps: list[tuple[Any, Step]] = [
    (Enum, lambda value: value.value),
    (bool, bool),
    (str, str.__str__),
    (int, int),
    (float, float),
    (dt.datetime, _datetime),
    ((dt.date, dt.time), lambda value: value.isoformat()),
    (dt.timedelta, lambda value: duration_text(value) if value == value else None),
    (Decimal, _decimal),
    (UUID, str),
    ((bytes, bytearray, memoryview), _bytes),
    (dict, lambda value: dict(value.items())),
    ((tuple, list), list),
    (Mapping, lambda value: {key: value[key] for key in value}),
    ((Set, deque, range, KeysView, ValuesView, ItemsView), lambda value: list(value)),
    (Iterator, Items),
]
