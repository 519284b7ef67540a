"""The SQL functions of plugins: their signatures, and running them over chunks of rows."""

from __future__ import annotations

import inspect
import json
from typing import Any, Callable

from .casts import JSON_TYPE, CastError
from .errors import text_of
from .typed_read import Reader, SqlType, reader
from .typed_write import Writer, writer
from .udf_types import UnsupportedHint, for_sql, hints_of, sql_type

AwaitResult = Callable[[Any], Any]


class FunctionFailed(Exception):
    """A row failed; the text is complete and names the exception of the plugin."""


class SqlFunction:
    """One signature of a method. Arguments with Python defaults may be left out, which makes further signatures."""

    def __init__(self, name: str, method: Any, plugin: str, types: list[SqlType], returns: SqlType) -> None:
        self.name = name
        self.method: str = method.__name__
        self.parameters = types
        self._call = method
        self._plugin = plugin
        self._returns = returns
        self._readers = [_argument(each) for each in types]
        self._write: Writer = writer(returns)

    def describe(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "method": self.method,
            "plugin": self._plugin,
            "parameters": [for_sql(each) for each in self.parameters],
            "returns": for_sql(self._returns),
        }

    def run(self, columns: list[list[Any]], rows: int, wait: AwaitResult) -> list[Any]:
        """The result of every row, in order.

        :raises FunctionFailed, CastError: for the first row that fails
        """
        arguments = [[read(value) for value in column] for read, column in zip(self._readers, columns)]
        return [self._row(row, wait) for row in (zip(*arguments) if arguments else [()] * rows)]

    def _row(self, row: tuple[Any, ...], wait: AwaitResult) -> Any:
        try:
            value = self._call(*row)
            if inspect.isawaitable(value):
                value = wait(value)
        except Exception as error:
            raise FunctionFailed(
                "Python exception occurred while executing the UDF: "
                f"{type(error).__name__}: {text_of(error)}"
            ) from error
        try:
            return self._write(value)
        except CastError:
            raise
        except Exception as error:
            raise CastError(f"Failed to cast value: {type(error).__name__}: {text_of(error)}") from error


def _argument(sql: SqlType) -> Reader:
    if sql["name"] == JSON_TYPE:
        return lambda text: None if text is None else json.loads(text)
    return reader(sql)


def functions_of(instance: Any, plugin: str, warnings: list[str]) -> list[SqlFunction]:
    """The SQL functions of a plugin's marked methods, inherited ones included.

    :raises UnsupportedHint: for a method whose hints say no SQL type
    """
    found: list[SqlFunction] = []
    for name in _marked(type(instance)):
        method = getattr(instance, name)
        if isinstance(getattr(type(instance), name), property) or not callable(method):
            continue
        hints = hints_of(method)
        if "return" not in hints:
            warnings.append(
                f"Plugin '{plugin}': method {name} is left out: @udf needs type hints, also for what it returns"
            )
            continue
        found += _signatures(method, f"{name}_{plugin}", plugin, hints)
    return found


def _marked(kind: type) -> list[str]:
    names: dict[str, None] = {}
    for base in reversed(kind.__mro__):
        for name, value in vars(base).items():
            function = getattr(value, "__func__", value)
            if getattr(function, "_mxcp_udf", False) or getattr(value, "_mxcp_udf", False):
                names[name] = None
    return list(names)


def _hinted(method: Any, place: str, hint: Any) -> SqlType:
    try:
        return sql_type(hint)
    except UnsupportedHint as error:
        raise UnsupportedHint(f"{error} (method {method.__name__}, {place})") from error


def _signatures(method: Any, name: str, plugin: str, hints: dict[str, Any]) -> list[SqlFunction]:
    types: list[SqlType] = []
    least = 0
    for parameter in inspect.signature(method).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise UnsupportedHint(f"Method {method.__name__}: '{parameter}' is not supported in a UDF")
        if parameter.kind is parameter.KEYWORD_ONLY:
            if parameter.default is parameter.empty:
                raise UnsupportedHint(
                    f"Method {method.__name__}: keyword-only '{parameter.name}' needs a default in a UDF"
                )
            continue
        types.append(_hinted(method, f"parameter '{parameter.name}'", hints.get(parameter.name, Any)))
        if parameter.default is parameter.empty:
            least = len(types)
    returns = _hinted(method, "what it returns", hints["return"])
    return [SqlFunction(name, method, plugin, types[:count], returns) for count in range(len(types), least - 1, -1)]
