from __future__ import annotations

import base64
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from base import WorkerTest  # noqa: E402

from mxcp._worker.plain_json import plain_json  # noqa: E402
from mxcp._worker.results import ResultWriter  # noqa: E402


class Values(WorkerTest):
    """Of every kind, evaluated in the worker."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()

    def check(self, cases: dict[str, object]) -> None:
        worker = self.worker(
            """
            import collections, dataclasses, datetime as dt, decimal, enum, math, types, uuid
            from decimal import Decimal
            class Colour(enum.Enum):
                RED = "r"
                PAIR = (1, 2)
            class Word(str, enum.Enum):
                HI = "hi"
            class Level(enum.IntEnum):
                LOW = 1
            @dataclasses.dataclass
            class Point:
                x: int
                when: dt.date
                inner: object = None
            Pair = collections.namedtuple("Pair", "a b")
            class Odd:
                def __str__(self): return "odd one"
            class Text(str): pass
            class Table(dict): pass
            def evaluate(text):
                return eval(text)
            """
        )
        for text, expected in cases.items():
            with self.subTest(text):
                self.assertEqual(repr(worker.call("evaluate", {"text": text})), repr(expected))

    def test_of_json(self) -> None:
        self.check(
            {
                "None": None,
                "True": True,
                "41 + 1": 42,
                "10 ** 30": 10**30,
                "2.0": 2.0,
                "1.5": 1.5,
                "'na\\u00efve \\u6f22\\n'": "naïve 漢\n",
                "{'a': [{'b': None}, {'b': 1.5}], 'c': {'d': True}}": {"a": [{"b": None}, {"b": 1.5}], "c": {"d": True}},
                "[]": [],
                "{}": {},
            }
        )

    def test_that_json_cannot_say_are_null(self) -> None:
        self.check(
            {
                "math.nan": None,
                "[math.inf, -math.inf, 1.0]": [None, None, 1.0],
                "{'a': math.nan}": {"a": None},
                "Decimal('NaN')": None,
            }
        )

    def test_of_dates_and_durations(self) -> None:
        self.check(
            {
                "dt.date(2024, 1, 2)": "2024-01-02",
                "dt.datetime(2024, 1, 2)": "2024-01-02T00:00:00",
                "dt.datetime(2024, 1, 2, 3, 4, 5, 500000, dt.timezone.utc)": "2024-01-02T03:04:05.500000+00:00",
                "dt.time(6, 7)": "06:07:00",
                "dt.timedelta(days=1)": "P1DT0H0M0S",
                "dt.timedelta(hours=-3)": "P-1DT21H0M0S",
                "dt.timedelta(days=32, hours=3)": "P32DT3H0M0S",
                "dt.timedelta(milliseconds=500)": "P0DT0H0M0.5S",
                "[{'d': dt.date(2024, 1, 2), 'n': 1}]": [{"d": "2024-01-02", "n": 1}],
            }
        )

    def test_of_other_scalars(self) -> None:
        self.check(
            {
                "uuid.UUID(int=1)": "00000000-0000-0000-0000-000000000001",
                "Colour.RED": "r",
                "Colour.PAIR": [1, 2],
                "[Word.HI, Level.LOW]": ["hi", 1],
                "Text('t')": "t",
                "{'b': b'abc', 'c': b'\\xff\\x00'}": {"b": "abc", "c": "/wA="},
                "[bytearray(b'x'), memoryview(b'y')]": ["x", "y"],
                "Odd()": "odd one",
                "[Odd]": ["<class 'main.Odd'>"],
                "1j": "1j",
            }
        )

    def test_of_containers(self) -> None:
        self.check(
            {
                "(1, 2)": [1, 2],
                "{1}": [1],
                "frozenset([2])": [2],
                "Pair(1, [2])": [1, [2]],
                "range(3)": [0, 1, 2],
                "collections.deque([1])": [1],
                "(n * n for n in range(3))": [0, 1, 4],
                "{'g': (n for n in range(2))}": {"g": [0, 1]},
                "map(str, [1, 2])": ["1", "2"],
                "Table(a=1)": {"a": 1},
                "types.MappingProxyType({'a': 1})": {"a": 1},
                "collections.OrderedDict(b=1, a=2)": {"b": 1, "a": 2},
                "{'a': 1}.items()": [["a", 1]],
                "Point(1, dt.date(2024, 1, 2), Point(2, None))": {
                    "x": 1,
                    "when": "2024-01-02",
                    "inner": {"x": 2, "when": None, "inner": None},
                },
            }
        )

    def test_that_are_keys_become_text(self) -> None:
        self.check(
            {
                "{1: 'a', None: 'b', True: 'c', 1.5: 'd'}": {"1": "c", "null": "b", "1.5": "d"},
                "{dt.date(2024, 1, 2): 1, uuid.UUID(int=1): 2, (1, 2): 3, Colour.RED: 4, b'k': 5}": {
                    "2024-01-02": 1,
                    "00000000-0000-0000-0000-000000000001": 2,
                    "[1, 2]": 3,
                    "r": 4,
                    "k": 5,
                },
            }
        )

    def test_that_are_decimals_keep_their_digits(self) -> None:
        parts: list[bytes] = []
        from decimal import Decimal

        value = [Decimal("1.10"), Decimal("123456789012345678901234567890.5"), Decimal("1E+3"), Decimal("-0.00")]
        self.assertEqual(
            ResultWriter(0, 0, parts.append).write(value), b"[1.10,123456789012345678901234567890.5,1000,-0.00]"
        )

    def test_of_very_many_digits_are_written(self) -> None:
        text = ResultWriter(0, 0, lambda _: None).write({"n": 10**5000})
        self.assertEqual(text, b'{"n":1' + b"0" * 5000 + b"}")

    def test_with_lone_surrogates_are_still_json(self) -> None:
        self.assertEqual(plain_json({"a": "\udc80x"}), {"a": "\udc80x"})


class Bytes(WorkerTest):
    def test_are_an_answer_of_their_own(self) -> None:
        worker = self.worker("def f(): return b'\\x00\\xff'\ndef g(): return bytearray(b'text')")
        self.assertEqual(base64.b64decode(worker.answer_of("f")["bytes"]), b"\x00\xff")
        self.assertEqual(base64.b64decode(worker.answer_of("g")["bytes"]), b"text")
        self.assertEqual(self.fails(worker, "f", max_bytes=1).kind, "too_large")


class BadResults(WorkerTest):
    source = """
        class Bad:
            def __str__(self): raise ValueError("no text")
        def bad(): return [1, Bad()]
        def cycle():
            a = [{}]
            a[0]["a"] = a
            return a
        def objects():
            import dataclasses
            @dataclasses.dataclass
            class Node:
                next: object = None
            node = Node()
            node.next = node
            return node
        def deep():
            value = 1
            for _ in range(100000):
                value = [value]
            return value
        def explodes():
            value = ["x"] * 10
            for _ in range(30):
                value = [value] * 10
            return value
        def endless():
            n = 0
            while True:
                yield n
                n += 1
        def raises():
            yield 1
            raise ValueError("in the middle")
        def own_generator_of_itself():
            def g():
                while True:
                    yield g()
            return {"g": g()}
        def fine(): return "fine"
        """

    def test_are_clear_errors(self) -> None:
        worker = self.worker(self.source)
        expected = {
            "bad": "A Bad in the result cannot be read: ValueError: no text",
            "cycle": "The result contains itself",
            "objects": "The result contains itself",
            "deep": "The result is nested deeper than 128 levels",
            "own_generator_of_itself": "The result is nested deeper than 128 levels",
            "raises": "in the middle",
        }
        for name, text in expected.items():
            with self.subTest(name):
                error = self.fails(worker, name)
                self.assertEqual((error.kind, error.text), ("raised", text))
        self.assertEqual(worker.call("fine"), "fine")

    def test_that_never_end_stop_at_the_bounds(self) -> None:
        worker = self.worker(self.source)
        self.assertEqual(self.fails(worker, "explodes", max_bytes=1_000_000).kind, "too_large")
        self.assertEqual(self.fails(worker, "endless", max_bytes=1_000_000).kind, "too_large")
        self.assertEqual(self.fails(worker, "endless", max_items=10).kind, "too_large")
        self.assertEqual(worker.call("fine"), "fine")

    def test_end_when_their_call_is_cancelled(self) -> None:
        worker = self.worker(self.source)
        call = worker.begin_call("endless")
        while not call.parts:
            pass
        worker.send("cancel", request=call.id)
        with self.assertRaisesRegex(Exception, "cancelled"):
            call.value()


class Bounds(WorkerTest):
    source = """
        def rows(n): return [{"i": i} for i in range(n)]
        def text(n): return "x" * n
        async def items(n):
            for i in range(n):
                yield i
        """

    def test_hold_for_items(self) -> None:
        worker = self.worker(self.source)
        self.assertEqual(len(worker.call("rows", {"n": 10}, max_items=10)), 10)
        for name in ("rows", "items"):
            error = self.fails(worker, name, {"n": 11}, max_items=10)
            self.assertEqual((error.kind, error.text), ("too_large", "The result has more than 10 items"))

    def test_hold_for_bytes(self) -> None:
        worker = self.worker(self.source)
        self.assertEqual(len(worker.call("text", {"n": 98}, max_bytes=100)), 98)
        error = self.fails(worker, "text", {"n": 101}, max_bytes=100)
        self.assertEqual((error.kind, error.text), ("too_large", "The result is larger than 100 bytes"))


class LargeLists(WorkerTest):
    def test_come_in_parts(self) -> None:
        worker = self.worker("def f(n): return [{'i': i, 'text': 'row ' + str(i)} for i in range(n)]")
        call = worker.begin_call("f", {"n": 100_000})
        rows = call.value()
        self.assertEqual(len(rows), 100_000)
        self.assertEqual(rows[77_777], {"i": 77_777, "text": "row 77777"})
        self.assertGreater(len(call.parts), 5)
        self.assertLess(max(len(json.dumps(part)) for part in call.parts), 2_000_000)

    def test_of_nested_items_come_in_parts(self) -> None:
        worker = self.worker("def f(n): return ({'i': [i, {'n': None}]} for i in range(n))")
        call = worker.begin_call("f", {"n": 50_000})
        rows = call.value()
        self.assertEqual((len(rows), rows[-1]), (50_000, {"i": [49_999, {"n": None}]}))
        self.assertGreater(len(call.parts), 2)

    def test_of_coroutines_do_not_hold_up_the_loop(self) -> None:
        worker = self.worker("async def f(n): return [[i] for i in range(n)]")
        self.assertEqual(len(worker.call("f", {"n": 30_000})), 30_000)


class Content(WorkerTest):
    source = """
        from mxcp.runtime import mcp
        def one(): return mcp.text("hi", annotations={"priority": 1})
        def many():
            return [
                mcp.image(b"\\x00", "image/gif"),
                mcp.audio("AAA=", "audio/mp3"),
                mcp.resource("demo://r", text="t", mime_type="text/plain"),
                mcp.resource("demo://b", data=b"\\x01"),
                mcp.link("demo://l", "l", title="L", description="D"),
            ]
        def mixed(): return [mcp.text("hi"), "data"]
        def data(): return [{"type": "text", "text": "hi"}]
        def bad(): return mcp.image("not base64!")
        def both(): return mcp.resource("demo://r")
        """

    def test_is_sent_as_blocks(self) -> None:
        worker = self.worker(self.source)
        self.assertEqual(
            worker.answer_of("one")["content"], [{"type": "text", "text": "hi", "annotations": {"priority": 1}}]
        )
        self.assertEqual(
            worker.answer_of("many")["content"],
            [
                {"type": "image", "data": "AA==", "mimeType": "image/gif"},
                {"type": "audio", "data": "AAA=", "mimeType": "audio/mp3"},
                {"type": "resource", "uri": "demo://r", "mimeType": "text/plain", "text": "t"},
                {"type": "resource", "uri": "demo://b", "mimeType": None, "blob": "AQ=="},
                {
                    "type": "resource_link",
                    "uri": "demo://l",
                    "name": "l",
                    "title": "L",
                    "description": "D",
                    "mimeType": None,
                },
            ],
        )

    def test_is_only_what_was_built_as_such(self) -> None:
        worker = self.worker(self.source)
        self.assertEqual(worker.call("data"), [{"type": "text", "text": "hi"}])
        self.assertEqual(worker.call("mixed"), ["<mcp content text>", "data"])

    def test_refuses_what_it_cannot_hold(self) -> None:
        worker = self.worker(self.source)
        self.assertIn("base64", self.fails(worker, "bad").text)
        self.assertIn("either text or data", self.fails(worker, "both").text)


if __name__ == "__main__":
    unittest.main()
