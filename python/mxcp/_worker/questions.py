"""Asks the caller: questions of one turn of an event loop go out together."""

from __future__ import annotations

import asyncio
from typing import Any

from .channel import Message
from .errors import RunAsks
from .execution import ExecutionContext, require
from .services import raise_error

Question = dict[str, Any]


class _Turn:
    """The questions that a run asks in one turn of a loop."""

    def __init__(self, execution: ExecutionContext, loop: asyncio.AbstractEventLoop) -> None:
        self._execution = execution
        self._loop = loop
        self._asked: list[tuple[Question, asyncio.Future[Any]]] = []
        loop.call_soon(self._send)

    def add(self, question: Question) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = self._loop.create_future()
        self._asked.append((question, future))
        return future

    def _send(self) -> None:
        del _turns[(self._execution._id, id(self._loop))]
        message = {"type": "ask", "questions": [question for question, _ in self._asked]}
        self._execution._services.channel.request(self._execution._id, message, self._deliver)

    def _deliver(self, answer: Message) -> None:
        if answer.get("ended"):
            # before anything of the run goes on
            self._execution._asked = [question for question, _ in self._asked]
        try:
            self._loop.call_soon_threadsafe(self._resolve, answer)
        except RuntimeError:
            pass  # the loop of an asyncio.run that has ended

    def _resolve(self, answer: Message) -> None:
        try:
            raise_error(answer)
            if answer.get("ended"):
                raise RunAsks()
            for (_, future), result in zip(self._asked, answer["answers"]):
                if not future.done():
                    future.set_result(result)
        except BaseException as error:
            for _, future in self._asked:
                if not future.done():
                    future.set_exception(error)


_turns: dict[tuple[str, int], _Turn] = {}


async def ask(question: Question) -> Any:
    """The caller's answer.

    :raises RunAsks: when the caller answers by calling again
    :raises RuntimeError: when it cannot be asked, and outside calls
    """
    execution = require()
    loop = asyncio.get_running_loop()
    key = (execution._id, id(loop))
    turn = _turns.get(key)
    if turn is None:
        turn = _turns[key] = _Turn(execution, loop)
    return await turn.add(question)
