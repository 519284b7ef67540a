"""Lets threads and thread pools that user code starts work in the context of the call that uses them."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from .execution import current


def install() -> None:
    start = threading.Thread.start
    submit = ThreadPoolExecutor.submit

    def start_inheriting(self: threading.Thread) -> None:
        if current.get() is not None:
            context = copy_context()
            run = self.run

            def run_in_context() -> None:
                del self.run  # type: ignore[method-assign]
                context.run(run)

            self.run = run_in_context  # type: ignore[method-assign]
        start(self)

    def submit_inheriting(self: ThreadPoolExecutor, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        # always, so that a task never meets the context of the call for which its thread was started
        return submit(self, copy_context().run, fn, *args, **kwargs)

    threading.Thread.start = start_inheriting  # type: ignore[method-assign]
    ThreadPoolExecutor.submit = submit_inheriting  # type: ignore[method-assign,assignment]
