from __future__ import annotations

import unittest
from typing import Any, Optional

from base import WorkerTest
from client import Worker


class Inspection(WorkerTest):
    started: Optional[Worker] = None

    def problems(
        self, source: str, name: Optional[str] = "f", parameters: tuple[str, ...] = (), kind: str = "tool"
    ) -> list[Any]:
        if self.started is None:
            self.started = self.worker()
        worker = self.started
        worker.project.write("python/main.py", source)
        path = worker.project.path("python/main.py")
        found = worker.request("inspect", path=path, kind=kind, name=name, parameters=list(parameters))["problems"]
        return [(problem["message"].replace(path, "main.py"), problem["line"]) for problem in found]

    def test_finds_nothing_where_all_fits_and_runs_nothing(self) -> None:
        source = "raise RuntimeError('imported')\ndef f(a, b=1, *, c=2): pass\n"
        self.assertEqual(self.problems(source, "f", ("a", "c")), [])
        self.assertEqual(self.problems("async def f(**all): pass", "f", ("a", "b")), [])

    def test_finds_missing_files(self) -> None:
        worker = self.worker()
        path = worker.project.path("none.py")
        self.assertEqual(
            worker.request("inspect", path=path, kind="tool", name="f", parameters=[])["problems"],
            [{"message": f"Python source file not found: {path}", "line": None}],
        )
        folder = worker.project.path("python")
        (problem,) = worker.request("inspect", path=folder, kind="tool", name="f", parameters=[])["problems"]
        self.assertIn("cannot be read", problem["message"])

    def test_finds_syntax_errors_with_their_line(self) -> None:
        ((message, line),) = self.problems("x = 1\ndef f(:\n    pass\n")
        self.assertTrue(message.startswith("Syntax error: "), message)
        self.assertEqual(line, 2)

    def test_finds_missing_functions_and_the_similar_name(self) -> None:
        self.assertEqual(
            self.problems("def list_rows(): pass", "list_row"),
            [("Function 'list_row' not found; did you mean 'list_rows'?", None)],
        )
        self.assertEqual(self.problems("def a(): pass", "zzz"), [("Function 'zzz' not found; it has a", None)])

    def test_counts_every_way_to_bind_a_name(self) -> None:
        sources = [
            "f = lambda a: a",
            "from x import f",
            "import a.b as f",
            "from x import *",
            "if True:\n    def f(a): pass\nelse:\n    f = None",
            "try:\n    from x import f\nexcept ImportError:\n    def f(): pass",
            "class f: pass",
            "g, (f, *h) = 1, (2, 3)",
            "for f in []: pass",
            "with x as f: pass",
            "f: int = 1",
            "def set_it():\n    global f\n    f = 1",
            "def __getattr__(name): pass",
            "globals()['f'] = 1",
            "if (f := x): pass",
        ]
        for source in sources:
            with self.subTest(source):
                self.assertEqual(self.problems(source, "f", ("q",)), [])
        self.assertNotEqual(self.problems("def g():\n    f = 1"), [])

    def test_finds_parameters_that_do_not_fit(self) -> None:
        source = "def f(\n    a,\n    b,\n    *,\n    c,\n    d=1,\n): pass\n"
        self.assertEqual(
            self.problems(source, "f", ("a", "q")),
            [
                ("f() has no argument for the parameter 'q'", 1),
                ("f() needs the argument 'b', which is no parameter of the endpoint", 3),
                ("f() needs the argument 'c', which is no parameter of the endpoint", 5),
            ],
        )

    def test_finds_positional_only_arguments(self) -> None:
        text = "Argument 'a' of f() is positional-only, but arguments are passed by name"
        self.assertEqual(self.problems("def f(a, /, b): pass", "f", ("a", "b")), [(text, 1)])
        self.assertEqual(self.problems("def f(a, /, b): pass", "f", ("b",)), [(text, 1)])
        self.assertEqual(self.problems("def f(a=1, /): pass", "f"), [])

    def test_does_not_judge_what_decorators_may_change(self) -> None:
        self.assertEqual(self.problems("@traced\ndef f(x): pass", "f", ("a",)), [])
        self.assertEqual(len(self.problems("@functools.lru_cache(5)\ndef f(x): pass", "f", ("a",))), 2)

    def test_looks_up_resources_in_order(self) -> None:
        source = "def main(m): pass\ndef people(p): pass\n"
        self.assertEqual(self.problems(source, "people", ("p",), "resource"), [])
        self.assertEqual(self.problems(source, "other", ("m",), "resource"), [])
        self.assertEqual(self.problems("from x import a\ndef b(q): pass\n", "other", ("q",), "resource"), [])
        self.assertEqual(
            self.problems("from x import a\n_b = 1\n", "other", (), "resource"),
            [("Function 'other' not found", None)],
        )


if __name__ == "__main__":
    unittest.main()
