"""Threads for sync functions, and an event loop in a thread of its own for coroutines."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from contextvars import Context
from queue import Empty, SimpleQueue
from typing import Any, Callable, Coroutine

Job = Callable[[], None]


class ThreadPool:
    """Runs jobs in at most `limit` threads, which start when needed. A job must not raise."""

    def __init__(self, name: str, limit: int) -> None:
        self._name = name
        self._limit = limit
        self._jobs: SimpleQueue[Job] = SimpleQueue()
        self._probes: deque[Job] = deque()
        self._idle = threading.Semaphore(0)
        self._threads = 0

    def submit(self, job: Job) -> None:
        self._jobs.put(job)
        if self._idle.acquire(blocking=False) or self._threads >= self._limit:
            return
        self._threads += 1
        threading.Thread(target=self._work, name=f"{self._name}-{self._threads}", daemon=True).start()

    def probe(self, job: Job) -> None:
        """Runs a job once a thread is free, ahead of those that wait for one."""
        self._probes.append(job)
        self.submit(self._run_probes)

    def _run_probes(self) -> None:
        while self._probes:
            try:
                self._probes.popleft()()
            except IndexError:  # another thread was quicker
                return

    def _work(self) -> None:
        while True:
            try:
                job = self._jobs.get_nowait()
            except Empty:
                self._idle.release()
                job = self._jobs.get()
            try:
                job()
            except BaseException as error:  # a thread lost would be a place lost
                threading.excepthook(threading.ExceptHookArgs((type(error), error, error.__traceback__, None)))
            del job
            if self._probes:
                self._run_probes()


class LoopThread:
    """An event loop that starts when first needed and survives whatever its tasks raise."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        loop = self._loop
        return loop if loop is not None else self._start()

    def soon(self, callback: Callable[[], Any], context: Context) -> None:
        self.loop.call_soon_threadsafe(callback, context=context)

    def wait(self, coroutine: Coroutine[Any, Any, Any], context: Context) -> Any:
        """Runs a coroutine to its end; blocks this thread, which must not be the loop's."""
        done: SimpleQueue[tuple[bool, Any]] = SimpleQueue()

        async def run() -> None:
            try:
                done.put((True, await coroutine))
            except BaseException as error:
                done.put((False, error))

        loop = self.loop
        tasks: list[Any] = []  # the loop itself holds tasks only weakly
        self.soon(lambda: tasks.append(loop.create_task(run())), context)
        succeeded, outcome = done.get()
        if succeeded:
            return outcome
        raise outcome

    def _start(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                loop = asyncio.new_event_loop()
                threading.Thread(target=self._run, args=(loop,), name=self._name, daemon=True).start()
                self._loop = loop
            return self._loop

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        while True:
            try:
                loop.run_forever()
            except BaseException:
                # sys.exit in a task ends run_forever; its awaiter has the exception as well
                continue
