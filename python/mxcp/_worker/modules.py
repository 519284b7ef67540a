"""Loads the project's modules (python.md §2): below the Python folder by their relative names, others privately."""

from __future__ import annotations

import hashlib
import importlib
import importlib.machinery
import importlib.util
import os
import sys
import threading
from types import ModuleType
from typing import Callable, Iterator, Optional

from .errors import LoadError, text_of

# a package whose folder is the Python folder, for files whose names other modules have taken
_PROJECT_PACKAGE = "mxcp_project"


class ModuleLoader:
    """Loads each file once for the life of the process. Thread-safe."""

    def __init__(self, root: str, python_folder: str, plugins_folder: Optional[str]) -> None:
        self._python_folder = os.path.realpath(python_folder)
        self._given_folder = os.path.abspath(python_folder)
        self._lock = threading.Lock()
        self._locks: dict[str, threading.RLock] = {}
        self._loaded: dict[str, ModuleType] = {}
        folders = [root, python_folder if os.path.isdir(python_folder) else None, plugins_folder]
        sys.path[:0] = [folder for folder in folders if folder and folder not in sys.path]
        package = ModuleType(_PROJECT_PACKAGE)
        package.__path__ = [self._python_folder]
        sys.modules[_PROJECT_PACKAGE] = package

    def loaded(self, path: str) -> Optional[ModuleType]:
        """The module of a file, if it was loaded before."""
        return self._loaded.get(path)

    def load(self, path: str) -> ModuleType:
        """The module of a file.

        :raises LoadError: when there is no such file, or its code does not run
        """
        module = self._loaded.get(path)
        if module is not None:
            return module
        with self._lock_of(path):
            module = self._loaded.get(path)
            if module is None:
                module = self._loaded[path] = self._import(path)
            return module

    def files(self, unreadable: Callable[[OSError], None]) -> Iterator[str]:
        """The files below the Python folder that are imported at the start, by name; tells of folders it cannot read."""

        def failed(error: OSError) -> None:
            # no folder, no modules
            if not isinstance(error, (FileNotFoundError, NotADirectoryError)):
                unreadable(error)

        for folder, folders, files in os.walk(self._python_folder, onerror=failed):
            folders[:] = sorted(
                name
                for name in folders
                if name != "__pycache__"
                and not name.startswith(".")
                and not os.path.exists(os.path.join(folder, name, "pyvenv.cfg"))
            )
            for name in sorted(files):
                if name.endswith(".py") and not name.startswith(("_", ".")):
                    yield os.path.join(folder, name)

    def _lock_of(self, path: str) -> threading.RLock:
        with self._lock:
            return self._locks.setdefault(path, threading.RLock())

    def _import(self, path: str) -> ModuleType:
        if not os.path.isfile(path):
            raise LoadError(f"Python file not found: {path}", FileNotFoundError(path))
        try:
            real = os.path.realpath(path)
            # a mounted volume links its files to a folder whose name can be no package's: their own place counts first
            relative = _name_below(self._given_folder, os.path.abspath(path)) or _name_below(self._python_folder, real)
            return _by_path(real) if relative is None else _by_name(relative, real)
        except BaseException as error:
            if isinstance(error, SystemExit):
                cause = f"it ended itself with sys.exit({text_of(error)})"
            else:
                cause = text_of(error)
            raise LoadError(
                f"Failed to execute Python code: Failed to load Python module from {path}: {cause}", error
            ) from error


def _name_below(folder: str, path: str) -> Optional[str]:
    """The name by which a file below the folder is imported, if there is one."""
    prefix = os.path.join(folder, "")
    if not path.startswith(prefix) or not path.endswith(".py"):
        return None
    parts = path[len(prefix) : -len(".py")].split(os.sep)
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts) if parts and not any("." in part for part in parts) else None


def _by_name(name: str, real: str) -> ModuleType:
    """Imports a file by its relative name; beside the module that has taken the name, if one has."""
    if _names_file(name, real):
        return importlib.import_module(name)
    return importlib.import_module(f"{_PROJECT_PACKAGE}.{name}")


def _names_file(name: str, real: str) -> bool:
    module = sys.modules.get(name)
    if module is not None:
        origin = getattr(module, "__file__", None)
    else:
        try:
            spec = importlib.util.find_spec(name)
        except ModuleNotFoundError as error:
            if error.name is not None and (name == error.name or name.startswith(error.name + ".")):
                return False
            raise
        except ValueError:  # a module without a spec
            return False
        origin = spec.origin if spec is not None else None
    return origin is not None and os.path.realpath(origin) == real


def _by_path(real: str) -> ModuleType:
    digest = hashlib.sha256(real.encode("utf-8", "surrogateescape")).hexdigest()[:12]
    stem = os.path.splitext(os.path.basename(real))[0]
    name = f"mxcp_file_{digest}_{stem}"
    loader = importlib.machinery.SourceFileLoader(name, real)
    spec = importlib.util.spec_from_file_location(name, real, loader=loader)
    if spec is None:
        raise ImportError(f"cannot be loaded as {name}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module
