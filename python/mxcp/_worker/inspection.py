"""Checks an endpoint's Python file without running any of it."""

from __future__ import annotations

import ast
import difflib
import os
from typing import Any, Iterator, Optional, Union

Problem = dict[str, Any]
Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]

# decorators that leave a function's arguments as they are
_KEEPING = {"on_init", "on_shutdown", "cache", "lru_cache", "contextmanager", "asynccontextmanager", "override"}


def inspect_endpoint(message: dict[str, Any]) -> list[Problem]:
    """What is wrong with an endpoint's file, as far as reading it tells; each with its line."""
    path: str = message["path"]
    try:
        with open(path, "rb") as file:
            tree = ast.parse(file.read(), path)
    except FileNotFoundError:
        return [_problem(f"Python source file not found: {path}", None)]
    except OSError as error:
        return [_problem(f"Python source file cannot be read: {error.strerror}", None)]
    except SyntaxError as error:
        return [_problem(f"Syntax error: {error.msg}", error.lineno)]
    except (ValueError, RecursionError) as error:
        return [_problem(f"Python source file cannot be read: {error}", None)]
    names = _Names(tree)
    name = _wanted(names, message["kind"], message.get("name"), path)
    if name is None:
        return [_missing(names, message.get("name") or "main")]
    definition = names.judged(name)
    return [] if definition is None else list(_signature_problems(definition, message["parameters"]))


class _Names:
    """The names that a module has once it has run, as far as its text tells."""

    def __init__(self, tree: ast.Module) -> None:
        self._definitions: dict[str, list[Optional[Function]]] = {}
        self.is_open = False
        self._block(tree.body)
        for node in ast.walk(tree):
            if isinstance(node, ast.Global):
                for name in node.names:
                    self._add(name, None)
            elif isinstance(node, ast.Call) and getattr(node.func, "id", None) in ("globals", "exec", "setattr"):
                self.is_open = True

    def __contains__(self, name: str) -> bool:
        return name in self._definitions or self.is_open or "__getattr__" in self._definitions

    def known(self) -> list[str]:
        return list(self._definitions)

    def functions(self) -> list[str]:
        """Names of what the module itself defines."""
        return sorted(name for name, found in self._definitions.items() if found[-1] is not None)

    def judged(self, name: str) -> Optional[Function]:
        """The definition, when its text alone says what may be passed."""
        found = self._definitions.get(name, [])
        if len(found) != 1 or found[0] is None:
            return None
        return found[0] if all(_name_of(each) in _KEEPING for each in found[0].decorator_list) else None

    def _add(self, name: str, definition: Optional[Function]) -> None:
        self._definitions.setdefault(name, []).append(definition)

    def _block(self, body: list[ast.stmt]) -> None:
        for node in body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._add(node.name, node)
            elif isinstance(node, ast.ClassDef):
                self._add(node.name, None)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                for alias in node.names:
                    self.is_open = self.is_open or alias.name == "*"
                    self._add(alias.asname or alias.name.split(".")[0], None)
            else:
                self._targets(node)
                for inner in _blocks(node):
                    self._block(inner)

    def _targets(self, node: ast.stmt) -> None:
        """Names bound by assignments, loops, `with`, `except` and patterns; not those of functions within."""
        for each in _expressions(node):
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
                self._add(each.id, None)


def _expressions(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.stmt, ast.ExceptHandler, ast.Lambda)) and type(child).__name__ != "match_case":
            yield child
            yield from _expressions(child)


def _blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield block
    for name in ("handlers", "cases"):
        for part in getattr(node, name, []):
            yield part.body


def _wanted(names: _Names, kind: str, name: Optional[str], path: str) -> Optional[str]:
    """The name that a call would look up; None when there is none."""
    if kind != "resource":
        return name if name is not None and name in names else None
    stem = os.path.splitext(os.path.basename(path))[0]
    known = names.known()
    for candidate in (name, "main", stem):
        if candidate is not None and candidate in known:
            return candidate
    public = [each for each in names.functions() if not each.startswith("_")]
    if public:
        return public[0]
    return name or "main" if "main" in names else None


def _missing(names: _Names, name: str) -> Problem:
    similar = difflib.get_close_matches(name, [each for each in names.known() if not each.startswith("_")], 1)
    there = sorted(each for each in names.functions() if not each.startswith("_"))[:5]
    hint = f"; did you mean '{similar[0]}'?" if similar else f"; it has {', '.join(there)}" if there else ""
    return _problem(f"Function '{name}' not found{hint}", None)


def _signature_problems(function: Function, parameters: list[str]) -> Iterator[Problem]:
    spec = function.args
    positional_only = {each.arg for each in spec.posonlyargs}
    by_name = [*spec.args, *spec.kwonlyargs]
    taken = {each.arg for each in by_name}
    for name in parameters:
        if name in positional_only and spec.kwarg is None:
            text = f"Argument '{name}' of {function.name}() is positional-only, but arguments are passed by name"
            yield _problem(text, _line(spec.posonlyargs, name, function))
        elif name not in taken and spec.kwarg is None:
            yield _problem(f"{function.name}() has no argument for the parameter '{name}'", function.lineno)
    for each in _required(spec):
        if each.arg in positional_only and each.arg in parameters and spec.kwarg is None:
            continue
        if each.arg in positional_only:
            text = f"Argument '{each.arg}' of {function.name}() is positional-only, but arguments are passed by name"
            yield _problem(text, each.lineno)
        elif each.arg not in parameters:
            text = f"{function.name}() needs the argument '{each.arg}', which is no parameter of the endpoint"
            yield _problem(text, each.lineno)


def _required(spec: ast.arguments) -> list[ast.arg]:
    positional = [*spec.posonlyargs, *spec.args]
    required = positional[: len(positional) - len(spec.defaults)]
    return required + [each for each, default in zip(spec.kwonlyargs, spec.kw_defaults) if default is None]


def _line(arguments: list[ast.arg], name: str, function: Function) -> int:
    return next((each.lineno for each in arguments if each.arg == name), function.lineno)


def _name_of(node: ast.expr) -> Optional[str]:
    if isinstance(node, ast.Call):
        return _name_of(node.func)
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", None)


def _problem(message: str, line: Optional[int]) -> Problem:
    return {"message": message, "line": line}
