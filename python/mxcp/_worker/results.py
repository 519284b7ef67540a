"""Writes results as JSON text within bounds: piece by piece, leaves by the C encoder."""

from __future__ import annotations

import datetime as dt
import json
import math
from decimal import Decimal
from itertools import chain, islice
from typing import Any, Callable, Iterable, Optional
from uuid import UUID

from .channel import to_bytes
from .errors import ResultError, ResultTooLarge
from .plain import Items, Literal, key_text, simplify

DEEPEST = 128
# a list beyond this goes out in parts
PART_BYTES = 256 * 1024
LARGEST_CHUNK = 2000

_CYCLE = "The result contains itself"
_TOO_DEEP = f"The result is nested deeper than {DEEPEST} levels"

_text = json.JSONEncoder(ensure_ascii=False).encode
_JSON_TYPES = {str, int, float, bool, type(None)}
# what the C encoder writes in one go, with `simplify` for the others than JSON's own
_LEAVES = _JSON_TYPES | {dt.date, dt.datetime, dt.time, dt.timedelta, UUID}


_encode = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False, default=simplify
).encode


class ResultWriter:
    """Writes one result. `flush` takes the items of a large list at the top, as JSON text without brackets."""

    def __init__(self, max_bytes: int, max_items: int, flush: Callable[[bytes], None]) -> None:
        self._max_bytes = max_bytes
        self._max_items = max_items
        self._flush = flush
        self._pieces: list[bytes] = []
        self._buffered = 0
        self._total = 0
        self._open: set[int] = set()
        self.parts = 0

    def write(self, value: Any) -> Optional[bytes]:
        """The JSON text; None when it went out in parts.

        :raises ResultTooLarge: beyond the bounds
        :raises ResultError: for what JSON cannot say
        """
        try:
            top = value
            while not isinstance(top, (Items, dict)) and type(top) not in _PLAIN:
                top = simplify(top)
            if isinstance(top, (list, tuple, Items)):
                return self._top_list(top)
            self._value(top, 0)
        except RecursionError:
            raise ResultError(_TOO_DEEP) from None
        return b"".join(self._pieces)

    def _top_list(self, value: Any) -> Optional[bytes]:
        items = value.items if isinstance(value, Items) else value
        if not isinstance(value, Items):
            if self._max_items and len(value) > self._max_items:
                raise self._too_many()
            self._open.add(id(value))
        self._items(items, 1, self._send_part, self._max_items)
        if self.parts:
            if self._pieces:
                self._send_part()
            return None
        return b"[" + b"".join(self._pieces) + b"]"

    def _send_part(self) -> None:
        self._flush(b"".join(self._pieces))
        self.parts += 1
        self._pieces.clear()
        self._buffered = 0

    def _too_many(self) -> ResultTooLarge:
        return ResultTooLarge(f"The result has more than {self._max_items} items")

    def _emit(self, text: str) -> None:
        self._total += len(text)
        if self._max_bytes and self._total > self._max_bytes:
            raise ResultTooLarge(f"The result is larger than {self._max_bytes} bytes")
        piece = to_bytes(text)
        self._total += len(piece) - len(text)
        self._buffered += len(piece)
        self._pieces.append(piece)

    def _value(self, value: Any, depth: int) -> None:
        while True:
            kind = type(value)
            if kind is str:
                return self._string(value)
            if kind is dict:
                return self._nested(value, depth, self._dict)
            if kind is list or kind is tuple:
                return self._nested(value, depth, self._list)
            if kind in _JSON_TYPES:
                return self._emit(_scalar(value))
            if kind is Literal:
                return self._emit(value.text)
            if kind is Items:
                return self._list(value.items, depth)
            simple = simplify(value)
            if type(simple) not in _JSON_TYPES and type(simple) is not Literal:
                return self._nested(value, depth, lambda _, level: self._value(simple, level - 1))
            value = simple

    def _string(self, value: str) -> None:
        if self._max_bytes and len(value) > self._max_bytes:
            raise ResultTooLarge(f"The result is larger than {self._max_bytes} bytes")
        self._emit(_text(value))

    def _nested(self, value: Any, depth: int, write: Callable[[Any, int], None]) -> None:
        """Writes a container, unless it is inside itself or too deep."""
        if depth >= DEEPEST:
            raise ResultError(_TOO_DEEP)
        if id(value) in self._open:
            raise ResultError(_CYCLE)
        self._open.add(id(value))
        write(value, depth + 1)
        self._open.discard(id(value))

    def _dict(self, value: dict[Any, Any], depth: int) -> None:
        if self._leaf(value):
            return
        self._emit("{")
        separator = ""
        for key, item in value.items():
            self._emit(separator + _text(key_text(key)) + ":")
            self._value(item, depth)
            separator = ","
        self._emit("}")

    def _list(self, value: Iterable[Any], depth: int) -> None:
        self._emit("[")
        self._items(value, depth, None, 0)
        self._emit("]")

    def _leaf(self, value: dict[Any, Any]) -> bool:
        """Writes a dict of leaves at once, if it is one."""
        if len(value) > LARGEST_CHUNK or not _LEAVES.issuperset(map(type, value.values())):
            return False
        if not all(type(key) is str for key in value):
            return False
        try:
            text = _encode(value)
        except ValueError:  # NaN, or an integer of very many digits
            return False
        self._emit(text)
        return True

    def _items(self, items: Iterable[Any], depth: int, flush: Optional[Callable[[], None]], limit: int) -> None:
        source = iter(items)
        size = 16
        count = 0
        separator = ""
        while True:
            chunk = list(islice(source, size))
            if not chunk:
                return
            count += len(chunk)
            if limit and count > limit:
                raise self._too_many()
            before = self._total
            self._chunk(chunk, depth, separator)
            separator = ","
            if self._total - before < PART_BYTES and size < LARGEST_CHUNK:
                size *= 2
            if flush is not None and self._buffered >= PART_BYTES:
                flush()
                separator = ""

    def _chunk(self, chunk: list[Any], depth: int, separator: str) -> None:
        if _is_flat(chunk):
            try:
                return self._emit(separator + _encode(chunk)[1:-1])
            except ValueError:
                pass
        for item in chunk:
            if separator:
                self._emit(separator)
            self._value(item, depth)
            separator = ","


_PLAIN = _JSON_TYPES | {list, tuple, Literal}


def _is_flat(chunk: list[Any]) -> bool:
    """Leaves only, or rows of leaves only."""
    kinds = set(map(type, chunk))
    if kinds == {dict}:
        return _LEAVES.issuperset(map(type, chain.from_iterable(map(dict.values, chunk)))) and {str}.issuperset(
            map(type, chain.from_iterable(chunk))
        )
    return kinds <= _LEAVES


def _scalar(value: Any) -> str:
    if value is None or (type(value) is float and not math.isfinite(value)):
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    try:
        return repr(value)
    except ValueError:
        return str(Decimal(value))
