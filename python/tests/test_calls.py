from __future__ import annotations

import time
import unittest
from concurrent.futures import ThreadPoolExecutor

from base import WorkerTest


class Functions(WorkerTest):
    def test_are_called_with_arguments_by_name(self) -> None:
        worker = self.worker("def f(a, b=5):\n    return [a, b]\ndef g(**all):\n    return sorted(all)\n")
        self.assertEqual(worker.call("f", {"a": 1}), [1, 5])
        self.assertEqual(worker.call("g", {"b": 1, "a": 2}), ["a", "b"])
        self.assertEqual(self.fails(worker, "f", {"a": 1, "q": 2}).text, "f() got an unexpected keyword argument 'q'")

    def test_receive_the_python_types_of_their_arguments(self) -> None:
        worker = self.worker("def f(**all):\n    return {k: repr(v) for k, v in all.items()}\n")
        arguments = {
            "s": "x",
            "i": 123456789012345678901234567890,
            "n": {"$float": 5},
            "f": 1.5,
            "nan": {"$float": "NaN"},
            "inf": {"$float": "-Infinity"},
            "b": True,
            "none": None,
            "dec": {"$decimal": "1.10"},
            "date": {"$date": "2024-01-31"},
            "time": {"$time": "03:04:05.5"},
            "naive": {"$datetime": "2024-01-31T03:04:05"},
            "aware": {"$datetime": "2024-01-31T03:04:05.25Z"},
            "span": {"$interval": [1, 2, 500000]},
            "bytes": {"$bytes": "AP8="},
            "uuid": {"$uuid": "12345678-1234-5678-1234-567812345678"},
            "map": {"$map": [["$date", [{"$float": 1}]], [1, 2]]},
            "nested": [{"a": {"$date": "2024-01-01"}}],
        }
        expected = {
            "s": "'x'",
            "i": "123456789012345678901234567890",
            "n": "5.0",
            "f": "1.5",
            "nan": "nan",
            "inf": "-inf",
            "b": "True",
            "none": "None",
            "dec": "Decimal('1.10')",
            "date": "datetime.date(2024, 1, 31)",
            "time": "datetime.time(3, 4, 5, 500000)",
            "naive": "datetime.datetime(2024, 1, 31, 3, 4, 5)",
            "aware": "datetime.datetime(2024, 1, 31, 3, 4, 5, 250000, tzinfo=datetime.timezone.utc)",
            "span": "datetime.timedelta(days=32, microseconds=500000)",
            "bytes": "b'\\x00\\xff'",
            "uuid": "UUID('12345678-1234-5678-1234-567812345678')",
            "map": "{'$date': [1.0], 1: 2}",
            "nested": "[{'a': datetime.date(2024, 1, 1)}]",
        }
        self.assertEqual(worker.call("f", arguments), expected)

    def test_may_be_any_callable(self) -> None:
        worker = self.worker(
            """
            import functools
            class Kind:
                def __init__(self, x): self.x = x
                def __str__(self): return f"kind {self.x}"
            class Called:
                def __call__(self, x): return x + 1
            called = Called()
            part = functools.partial(lambda a, x: a + x, 10)
            number = 5
            """
        )
        self.assertEqual(worker.call("Kind", {"x": 1}), "kind 1")
        self.assertEqual(worker.call("called", {"x": 1}), 2)
        self.assertEqual(worker.call("part", {"x": 1}), 11)
        self.assertEqual(self.fails(worker, "number", {}).text, "'int' object is not callable")

    def test_that_are_missing_are_told(self) -> None:
        worker = self.worker("def f(): pass")
        error = self.fails(worker, "g")
        self.assertEqual(error.kind, "missing")
        self.assertEqual(error.text, f"Function 'g' not found in {worker.project.path('python/main.py')}")

    def test_keep_module_state_between_calls(self) -> None:
        worker = self.worker("n = 0\ndef bump():\n    global n\n    n += 1\n    return n\n")
        self.assertEqual([worker.call("bump"), worker.call("bump")], [1, 2])


class Resources(WorkerTest):
    def resource(self, main: str, name: str, file: str = "python/main.py") -> object:
        worker = self.worker("", {file: main})
        return worker.call(name, file=file, kind="resource")

    def test_take_the_function_of_their_name_first(self) -> None:
        self.assertEqual(self.resource("def main(): return 1\ndef people(): return 2", "people"), 2)

    def test_then_main_then_the_file_name(self) -> None:
        self.assertEqual(self.resource("def main(): return 1\ndef cats(): return 2", "x", "python/cats.py"), 1)
        self.assertEqual(self.resource("def a(): return 1\ndef cats(): return 2", "x", "python/cats.py"), 2)

    def test_then_the_first_public_callable_of_their_own(self) -> None:
        source = "from typing import Any\nfrom collections import Counter\ndef _a(): return 0\ndef z(): return 1\ndef c(): return 2"
        self.assertEqual(self.resource(source, "x"), 2)


class Coroutines(WorkerTest):
    def test_run_at_the_same_time(self) -> None:
        worker = self.worker("import asyncio\nasync def f(n):\n    await asyncio.sleep(0.3)\n    return n\n")
        begun = time.monotonic()
        calls = [worker.begin_call("f", {"n": n}) for n in range(50)]
        self.assertEqual([call.value() for call in calls], list(range(50)))
        self.assertLess(time.monotonic() - begun, 5)

    def test_share_one_loop(self) -> None:
        worker = self.worker("import asyncio\nasync def f():\n    return id(asyncio.get_running_loop())\n")
        self.assertEqual(worker.call("f"), worker.call("f"))

    def test_are_awaited_also_when_a_plain_function_returns_them(self) -> None:
        worker = self.worker(
            """
            import asyncio
            async def inner(n):
                await asyncio.sleep(0)
                return n
            def wrapped(n): return inner(n)
            async def twice(n): return inner(n)
            async def items(n):
                for i in range(n):
                    yield i
            """
        )
        self.assertEqual(worker.call("wrapped", {"n": 3}), 3)
        self.assertEqual(worker.call("twice", {"n": 3}), 3)
        self.assertEqual(worker.call("items", {"n": 3}), [0, 1, 2])

    def test_survive_exits_in_their_tasks(self) -> None:
        worker = self.worker(
            """
            import asyncio, sys
            async def leave(): sys.exit(3)
            async def f(): await asyncio.create_task(leave())
            async def g(): return 1
            """
        )
        self.assertEqual(self.fails(worker, "f").kind, "ended")
        self.assertEqual(worker.call("g"), 1)


class SyncFunctions(WorkerTest):
    def test_run_in_threads_at_the_same_time_as_coroutines(self) -> None:
        worker = self.worker(
            """
            import threading
            gate = threading.Event()
            def wait(): return gate.wait(20)
            async def open_gate(): gate.set()
            """
        )
        waiting = [worker.begin_call("wait") for _ in range(4)]
        worker.call("open_gate")
        self.assertEqual([call.value() for call in waiting], [True] * 4)

    def test_beyond_the_pool_wait_for_a_thread(self) -> None:
        worker = self.worker("import time\ndef f(n):\n    time.sleep(0.02)\n    return n\n")
        calls = [worker.begin_call("f", {"n": n}) for n in range(200)]
        self.assertEqual([call.value() for call in calls], list(range(200)))

    def test_cost_little(self) -> None:
        worker = self.worker("def f():\n    return 1\n")
        worker.call("f")
        begun = time.monotonic()
        for _ in range(300):
            worker.call("f")
        self.assertLess((time.monotonic() - begun) / 300, 0.01)

    def test_see_context_variables_that_modules_set(self) -> None:
        worker = self.worker(
            "import decimal\ndecimal.getcontext().prec = 4\ndef f():\n    return str(decimal.Decimal(1) / 3)\n"
        )
        worker.request("import_modules", only_hooks=False)
        self.assertEqual(worker.call("f"), "0.3333")

    def test_do_not_see_each_others_context_variables(self) -> None:
        worker = self.worker(
            """
            import contextvars
            seen = contextvars.ContextVar("seen", default=0)
            def f():
                seen.set(seen.get() + 1)
                return seen.get()
            """
        )
        self.assertEqual([worker.call("f") for _ in range(3)], [1, 1, 1])


class Errors(WorkerTest):
    source = """
        import sys
        def value(): raise ValueError("bad value given")
        def key(): return {}["k"]
        def empty(): raise RuntimeError()
        def imports(): import no_such_module_here
        def leave(): sys.exit(7)
        def interrupt(): raise KeyboardInterrupt()
        class Odd(Exception):
            def __str__(self): raise TypeError("no")
        def odd(): raise Odd()
        class Text(str):
            def __len__(self): raise TypeError("no")
        class Told(Exception):
            def __str__(self): return Text("told")
        def told(): raise Told()
        class Nameless(type):
            @property
            def __name__(cls): raise TypeError("no")
        class Hidden(Exception, metaclass=Nameless): pass
        def hidden(): raise Hidden("h")
        def syntax(): raise SyntaxError("s", (5, "one", 1, ""))
        def line(): raise SyntaxError("s", (__file__, "one", 1, ""))
        def surrogate(): raise ValueError("\\udc80 " + "x" * 200000)
        class Base(BaseException): pass
        def base(): raise Base("b")
        def deep(n=0): return deep(n + 1)
        def fine(): return 1
        """

    def test_carry_the_exceptions_text(self) -> None:
        worker = self.worker(self.source)
        expected = {
            "value": ("ValueError", "raised", "bad value given"),
            "key": ("KeyError", "raised", "'k'"),
            "empty": ("RuntimeError", "raised", ""),
            "imports": ("ModuleNotFoundError", "raised", "No module named 'no_such_module_here'"),
            "leave": ("SystemExit", "ended", "The function ended itself with sys.exit(7)"),
            "interrupt": ("KeyboardInterrupt", "raised", ""),
            "odd": ("Odd", "raised", "<Odd without a readable message>"),
            "told": ("Told", "raised", "told"),
            "hidden": ("Exception", "raised", "<an exception that cannot be described>"),
            "base": ("Base", "raised", "b"),
        }
        for name, (class_, kind, text) in expected.items():
            with self.subTest(name):
                error = self.fails(worker, name).error
                self.assertEqual((error["class"], error["kind"], error["text"]), (class_, kind, text))
        for name in ("syntax", "line"):
            self.assertEqual(self.fails(worker, name).error["class"], "SyntaxError")
            self.assertIsInstance(self.fails(worker, name).error["line"], (int, type(None)))
        self.assertEqual(self.fails(worker, "deep").error["class"], "RecursionError")
        self.assertEqual(len(self.fails(worker, "surrogate").text), 64 * 1024 + 1)
        self.assertEqual(worker.call("fine"), 1)

    def test_name_the_innermost_place_in_the_projects_code(self) -> None:
        worker = self.worker(
            "import json\nfrom helper import parse\ndef f():\n    return parse('{')\n",
            {"python/helper.py": "import json\n\n\ndef parse(text):\n    return json.loads(text)\n"},
        )
        error = self.fails(worker, "f").error
        self.assertEqual((error["file"], error["line"]), (worker.project.path("python/helper.py"), 5))
        self.assertIsNone(error["traceback"])

    def test_hold_the_traceback_of_user_code_under_debug(self) -> None:
        worker = self.worker("def f():\n    raise ValueError('x')\n", configure={"debug": True})
        trace = self.fails(worker, "f").error["traceback"]
        self.assertIn("raise ValueError('x')", trace)
        self.assertNotIn("_worker", trace)

    def test_of_a_module_say_that_it_could_not_be_loaded(self) -> None:
        worker = self.worker("\n\nimport no_such_module_here\n", {"python/bad.py": "x = 1\ndef f(:\n"})
        path = worker.project.path("python/main.py")
        error = self.fails(worker, "f").error
        self.assertEqual(error["kind"], "load")
        self.assertEqual(
            error["text"],
            f"Failed to execute Python code: Failed to load Python module from {path}: "
            "No module named 'no_such_module_here'",
        )
        self.assertEqual((error["class"], error["file"], error["line"]), ("ModuleNotFoundError", path, 3))
        syntax = self.fails(worker, "f", file="python/bad.py").error
        self.assertEqual((syntax["class"], syntax["line"]), ("SyntaxError", 2))
        self.assertIn("(bad.py, line 2)", syntax["text"])

    def test_of_a_missing_file_name_it(self) -> None:
        worker = self.worker()
        path = worker.project.path("python/none.py")
        self.assertEqual(self.fails(worker, "f", file="python/none.py").text, f"Python file not found: {path}")


class Cancellation(WorkerTest):
    def test_ends_a_coroutine(self) -> None:
        worker = self.worker(
            """
            import asyncio
            log = []
            async def f():
                try:
                    await asyncio.sleep(60)
                finally:
                    log.append("cleaned")
            def seen(): return log
            """
        )
        worker.call("seen")
        call = worker.begin_call("f")
        time.sleep(0.2)
        worker.send("cancel", request=call.id)
        with self.assertRaisesRegex(Exception, "cancelled"):
            call.value()
        self.assertEqual(worker.call("seen"), ["cleaned"])

    def test_makes_runtime_calls_of_a_sync_function_raise_and_drops_its_result(self) -> None:
        worker = self.worker(
            """
            import threading
            from mxcp.runtime import db
            gate = threading.Event()
            log = []
            def f():
                gate.wait(20)
                try:
                    db.execute("SELECT 1")
                except Exception as error:
                    log.append("swallowed")
                except BaseException as error:
                    log.append(type(error).__name__)
                return "result"
            def go(): gate.set()
            def seen(): return log
            """
        )
        worker.call("seen")
        call = worker.begin_call("f")
        time.sleep(0.2)
        worker.send("cancel", request=call.id)
        worker.call("go")
        with self.assertRaisesRegex(Exception, "cancelled"):
            call.value()
        self.assertEqual(worker.call("seen"), ["RunCancelled"])
        self.assertEqual(worker.noticed("db_execute"), [])

    def test_ends_a_wait_for_the_database(self) -> None:
        worker = self.worker("from mxcp.runtime import db\ndef f():\n    return db.execute('SELECT 1')\n")
        worker.serve("db_execute", lambda _: [])
        call = worker.begin_call("f")
        time.sleep(0.3)
        worker.send("cancel", request=call.id)
        with self.assertRaisesRegex(Exception, "cancelled"):
            call.value()

    def test_of_a_call_that_has_ended_is_nothing(self) -> None:
        worker = self.worker("def f(): return 1")
        worker.call("f")
        worker.send("cancel", request=2)
        worker.send("cancel", request=77)
        self.assertEqual(worker.call("f"), 1)


class InlineCode(WorkerTest):
    def inline(self, code: str, arguments: object = None) -> object:
        return self.worker().call("x", arguments, code=code, path=None)  # type: ignore[arg-type]

    def test_is_an_expression_behind_return(self) -> None:
        self.assertEqual(self.inline("return n * 2", {"n": 4}), 8)

    def test_gives_its_result_variable(self) -> None:
        self.assertEqual(self.inline("__result = n\nresult = 0", {"n": 4}), 4)
        self.assertEqual(self.inline("result = n + 1", {"n": 4}), 5)

    def test_gives_what_its_first_fitting_function_returns(self) -> None:
        code = "from math import sqrt\ndef other(z): return z\nasync def f(n, m=2): return n + m"
        self.assertEqual(self.inline(code, {"n": 4}), 6)
        self.assertEqual(self.inline("def f(): return 'none'", {"n": 4}), "none")

    def test_has_a_context(self) -> None:
        worker = self.worker()
        worker.serve("db_execute", lambda _: [{"type": "result"}])
        self.assertEqual(
            worker.call("x", {}, code="from mxcp.runtime import db\nresult = db.execute('SELECT 1')", path=None), []
        )

    def test_keeps_its_exceptions(self) -> None:
        worker = self.worker()
        code = "def f(): raise TypeError('mine')\ndef g(): return 1"
        self.assertEqual(self.fails(worker, "x", {}, code=code, path=None).text, "mine")
        self.assertEqual(
            self.fails(worker, "x", {}, code="x = 1", path=None).text, "No suitable function found in inline code"
        )

    def test_tells_the_line_of_its_exceptions(self) -> None:
        worker = self.worker()
        for code, line in {"n = 1\ndef f():\n    return 1 / 0": 3, "n = 1\nx = (": 2}.items():
            error = self.fails(worker, "x", {}, code=code, path=None).error
            self.assertEqual((error["file"], error["line"]), ("<inline>", line))

    def test_of_one_line_may_be_a_path(self) -> None:
        worker = self.worker("def f(): return 'file'")
        self.assertEqual(worker.call("f", {}, code="python/main.py", path=None), "file")
        self.assertEqual(worker.call("x", {}, code="python/main.py:f", path=None), "file")


class ManyCallers(WorkerTest):
    def test_get_each_their_own_answer(self) -> None:
        worker = self.worker("def f(n):\n    return n\nasync def g(n):\n    return n\n")
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda n: worker.call("fg"[n % 2], {"n": n}), range(400)))
        self.assertEqual(answers, list(range(400)))


if __name__ == "__main__":
    unittest.main()
