"""The SQL types of plugin functions from their type hints (python.md §7.2)."""

from __future__ import annotations

import datetime as dt
import inspect
import types
import typing
from decimal import Decimal
from typing import Any, Optional, Union

from .typed_read import SqlType
from .typed_write import JSON_TYPE

_SCALARS: dict[Any, SqlType] = {
    str: {"name": "VARCHAR"},
    int: {"name": "INTEGER"},
    float: {"name": "DOUBLE"},
    bool: {"name": "BOOLEAN"},
    bytes: {"name": "BLOB"},
    Decimal: {"name": "DECIMAL", "width": 18, "scale": 3},
    dt.date: {"name": "DATE"},
    dt.time: {"name": "TIME"},
    dt.datetime: {"name": "TIMESTAMP"},
    dt.timedelta: {"name": "INTERVAL"},
    # JSON as text
    dict: {"name": JSON_TYPE},
    list: {"name": JSON_TYPE},
    typing.Dict: {"name": JSON_TYPE},
    typing.List: {"name": JSON_TYPE},
}


class UnsupportedHint(Exception):
    """A hint that has no SQL type; the text is complete."""


def sql_type(hint: Any, inside: tuple[Any, ...] = ()) -> SqlType:
    """The type of a hint; a bare `dict` or `list` is `JSON`, which SQL sees as VARCHAR.

    :raises UnsupportedHint: when there is none
    """
    if hint is Any:
        raise UnsupportedHint(
            "Type 'Any' is not supported in UDF type annotations. Please specify a concrete type."
        )
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Union or origin is types.UnionType:
        return _optional(hint, arguments, inside)
    if origin is typing.Annotated:
        return sql_type(arguments[0], inside)
    if origin is list and len(arguments) == 1:
        return {"name": "LIST", "items": sql_type(arguments[0], inside)}
    if origin is dict and len(arguments) == 2:
        key, value = (sql_type(argument, inside) for argument in arguments)
        return {"name": "MAP", "key": key, "value": value}
    scalar = _SCALARS.get(hint) if _is_hashable(hint) else None
    if scalar is not None:
        return scalar
    if hasattr(hint, "__supertype__"):
        return sql_type(hint.__supertype__, inside)
    if isinstance(hint, type) and origin is None:
        return _struct(hint, inside)
    raise _unsupported(hint)


def for_sql(inner: SqlType) -> SqlType:
    """A type as SQL is told it."""
    name = inner["name"]
    if name == JSON_TYPE:
        return {"name": "VARCHAR"}
    if name == "LIST":
        return {"name": name, "items": for_sql(inner["items"])}
    if name == "MAP":
        return {"name": name, "key": for_sql(inner["key"]), "value": for_sql(inner["value"])}
    if name == "STRUCT":
        return {"name": name, "fields": [[field, for_sql(each)] for field, each in inner["fields"]]}
    return inner


def hints_of(function: Any) -> dict[str, Any]:
    """A function's hints, with those given as text resolved."""
    return typing.get_type_hints(inspect.unwrap(function))


def _optional(hint: Any, arguments: tuple[Any, ...], inside: tuple[Any, ...]) -> SqlType:
    others = [argument for argument in arguments if argument is not type(None)]
    if len(others) != 1:
        raise _unsupported(hint)
    return sql_type(others[0], inside)


def _struct(hint: type, inside: tuple[Any, ...]) -> SqlType:
    own = hint.__module__ != "builtins" and any(getattr(base, "__annotations__", None) for base in hint.__mro__)
    if not own:
        raise _unsupported(hint)
    if hint in inside:
        raise UnsupportedHint(f"Type '{hint.__name__}' contains itself and is not supported in UDF type annotations")
    fields = {
        name: each
        for name, each in typing.get_type_hints(hint).items()
        if typing.get_origin(each) is not typing.ClassVar and not name.startswith("_")
    }
    if not fields:
        raise _unsupported(hint)
    return {"name": "STRUCT", "fields": [[name, sql_type(each, (*inside, hint))] for name, each in fields.items()]}


def _is_hashable(hint: Any) -> bool:
    try:
        hash(hint)
        return True
    except TypeError:
        return False


def _unsupported(hint: Any) -> UnsupportedHint:
    name: Optional[str] = getattr(hint, "__name__", None) if isinstance(hint, type) else None
    return UnsupportedHint(f"Type '{name or hint}' is not supported in UDF type annotations")
