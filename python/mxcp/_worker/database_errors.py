"""DuckDB's exception classes: those of the `duckdb` package where the project uses it, else these by their names."""

from __future__ import annotations

import builtins
import sys


class Error(Exception):
    pass


class DatabaseError(Error):
    pass


# name of the base class by class, as in the duckdb package
_BASES = {
    "DataError": "DatabaseError",
    "OperationalError": "DatabaseError",
    "IntegrityError": "DatabaseError",
    "InternalError": "DatabaseError",
    "ProgrammingError": "DatabaseError",
    "NotSupportedError": "DatabaseError",
    "FatalException": "DatabaseError",
    "InterruptException": "DatabaseError",
    "PermissionException": "DatabaseError",
    "SequenceException": "DatabaseError",
    "DependencyException": "DatabaseError",
    "BinderException": "ProgrammingError",
    "CatalogException": "ProgrammingError",
    "InvalidInputException": "ProgrammingError",
    "InvalidTypeException": "ProgrammingError",
    "ParserException": "ProgrammingError",
    "SyntaxException": "ProgrammingError",
    "ConstraintException": "IntegrityError",
    "ConversionException": "DataError",
    "OutOfRangeException": "DataError",
    "TypeMismatchException": "DataError",
    "InternalException": "InternalError",
    "NotImplementedException": "NotSupportedError",
    "ConnectionException": "OperationalError",
    "IOException": "OperationalError",
    "HTTPException": "IOException",
    "OutOfMemoryException": "OperationalError",
    "SerializationException": "OperationalError",
    "TransactionException": "OperationalError",
}

_classes: dict[str, type[Exception]] = {"Error": Error, "DatabaseError": DatabaseError}
for _name, _base in _BASES.items():
    _classes[_name] = type(_name, (_classes[_base],), {"__module__": __name__})


def named(name: str) -> type[Exception]:
    """The class of that name. Code that catches duckdb's classes has imported them."""
    duckdb = sys.modules.get("duckdb")
    for candidate in (getattr(duckdb, name, None), _classes.get(name), getattr(builtins, name, None)):
        if isinstance(candidate, type) and issubclass(candidate, Exception):
            return candidate
    return named("Error")
