"""Results of plugin functions as typed values, cast to the declared type."""

from __future__ import annotations

from typing import Any, Callable, NoReturn

from .casts import SCALARS, CastError, no_text, untransformable
from .typed_read import SqlType

Writer = Callable[[Any], Any]


def writer(sql_type: SqlType) -> Writer:
    """Casts values to a type; None and missing values are NULL."""
    cast = _writer(sql_type)

    def write(value: Any) -> Any:
        if value is None or _is_missing(value):
            return None
        return cast(_plain(value))

    return write


def _writer(sql_type: SqlType) -> Writer:
    name = sql_type["name"]
    if name == "LIST":
        return _list(sql_type)
    if name == "MAP":
        return _map(sql_type)
    if name == "STRUCT":
        return _struct(sql_type)
    return SCALARS[name]


def _list(sql_type: SqlType) -> Writer:
    item = writer(sql_type["items"])

    def write(value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return [item(each) for each in value]
        if isinstance(value, (set, frozenset)):
            return untransformable(value)
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


def _cannot(value: Any, sql_type: SqlType) -> NoReturn:
    if isinstance(value, str):
        no_text(value, type_text(sql_type))
    raise CastError(
        f"Failed to cast value: Unimplemented type for cast ({type(value).__name__} -> {type_text(sql_type)})"
    )
