from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Optional, Union

from .._worker import database_errors, tagged
from .._worker.execution import require
from .._worker.rows import RowReader

Params = Union[Mapping[str, Any], Sequence[Any]]


class Database:
    """SQL on behalf of the current call. Statements of one call share its transaction and temporary tables."""

    def execute(self, query: str, params: Optional[Params] = None) -> list[dict[str, Any]]:
        """Runs SQL and gives the rows of its last statement. Blocks.

        Numbers that are NULL are NaN in columns of FLOAT, DOUBLE, DECIMAL and HUGEINT; dates and timestamps are
        pandas' Timestamp and lists are numpy's arrays where these packages are installed.

        :param params: by name for `$name`, by position for `?` and `$1`
        :raises duckdb.Error: with DuckDB's message; the subclass names what went wrong
        :raises RuntimeError: outside endpoint code
        """
        execution = require()
        message = {"type": "db_execute", "sql": query, "params": _values(params)}
        reader: Optional[RowReader] = None
        rows: list[dict[str, Any]] = []
        for answer in execution._services.ask(execution, message):
            if answer["type"] == "rows":
                reader = RowReader(answer["columns"]) if reader is None else reader
                rows += reader.read(answer["rows"])
        return rows

    async def execute_async(self, query: str, params: Optional[Params] = None) -> list[dict[str, Any]]:
        """As `execute`, without holding up other coroutines."""
        return await asyncio.to_thread(self.execute, query, params)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Runs the statements of a `with` block as one: all of them last, or none when it raises."""
        self.execute("BEGIN TRANSACTION")
        try:
            yield
        except BaseException:
            self.execute("ROLLBACK")
            raise
        self.execute("COMMIT")


def _values(params: Optional[Params]) -> Any:
    if params is None:
        return None
    if isinstance(params, Mapping):
        return {str(name): tagged.write(value) for name, value in params.items()}
    if isinstance(params, (list, tuple)):
        return [tagged.write(value) for value in params]
    raise database_errors.named("InvalidInputException")(
        "Prepared parameters can only be passed as a list or a dictionary"
    )
