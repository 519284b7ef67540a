from __future__ import annotations

import unittest
from queue import Empty
from typing import Any, Optional

from base import WorkerTest
from client import Message, Worker, WorkerError, rows

HEAD = """
import dataclasses, datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Dict, List, Literal, Optional, TypedDict, Union
from mxcp.plugins import MXCPBasePlugin, udf, on_shutdown
from mxcp.runtime import config, db, plugins
from mxcp.sdk.auth import get_user_context
"""


class PluginTest(WorkerTest):
    def plugin(
        self, body: str, specs: Optional[list[Message]] = None, main: str = "", settings: Optional[Message] = None
    ) -> Worker:
        import textwrap

        configure = {
            "plugins_folder": "plugins",
            "plugins": specs or [{"name": "p", "module": "my_plugin", "config": None}],
            "plugin_settings": settings or {},
        }
        return self.worker(main, {"plugins/my_plugin.py": HEAD + textwrap.dedent(body)}, configure)

    def loaded(self, methods: str) -> tuple[Worker, Message]:
        import textwrap

        worker = self.plugin("")
        worker.project.write(
            "plugins/my_plugin.py",
            HEAD + "class MXCPPlugin(MXCPBasePlugin):\n" + textwrap.indent(textwrap.dedent(methods), "    "),
        )
        return worker, worker.request("load_plugins")

    def start_fails(self, worker: Worker) -> str:
        with self.assertRaises(WorkerError) as caught:
            worker.request("load_plugins")
        return caught.exception.text

    @staticmethod
    def run_rows(worker: Worker, function: str, *columns: list[Any], **context: Any) -> Any:
        return worker.request(
            "functions",
            function=function,
            columns=list(columns),
            rows=len(columns[0]) if columns else 1,
            context={**Worker.context("udf"), **context},
        )["values"]

    def row_fails(self, worker: Worker, function: str, *columns: list[Any]) -> Message:
        with self.assertRaises(WorkerError) as caught:
            self.run_rows(worker, function, *columns)
        return caught.exception.error


class Life(PluginTest):
    def test_begins_with_the_configuration_and_a_context(self) -> None:
        worker = self.plugin(
            """
            class MXCPPlugin(MXCPBasePlugin):
                def __init__(self, config_):
                    super().__init__(config_)
                    self.key = config_.get("key")
                    self.project = config.get_setting("project")
                def what(self): return [self.key, self.project, self._config]
            """,
            [
                {"name": "a", "module": "my_plugin", "config": "one"},
                {"name": "b", "module": "my_plugin", "config": None},
            ],
            "from mxcp.runtime import plugins\n"
            "def f():\n    return [plugins.list(), plugins.get('a').what(), plugins.get('b').what(), plugins.get('x')]\n",
            {"one": {"key": "k"}},
        )
        self.assertEqual(worker.request("load_plugins")["functions"], [])
        self.assertEqual(
            worker.call("f"), [["a", "b"], ["k", "demo", {"key": "k"}], [None, "demo", {}], None]
        )

    def test_fails_with_every_plugin_that_cannot_be_used(self) -> None:
        worker = self.plugin(
            "class MXCPPlugin: pass\n",
            [
                {"name": "a", "module": "my_plugin", "config": "none"},
                {"name": "b", "module": "no_such_module_here", "config": None},
                {"name": "c", "module": "my_plugin", "config": None},
                {"name": "d", "module": "json", "config": None},
            ],
        )
        lines = self.start_fails(worker).split("\n")
        self.assertIn("Plugin 'a': Plugin configuration 'none' not found in plugin config: add plugin.config.none", lines[0])
        self.assertEqual(
            lines[1],
            "Plugin 'b': Failed to import plugin module no_such_module_here: No module named 'no_such_module_here'",
        )
        self.assertIn("Module my_plugin must contain an MXCPPlugin class: ", lines[2])
        self.assertIn("Module json must contain an MXCPPlugin class: ", lines[3])

    def test_fails_when_two_have_one_name(self) -> None:
        worker = self.plugin(
            "class MXCPPlugin(MXCPBasePlugin): pass\n",
            [{"name": "p", "module": "my_plugin", "config": None}] * 2,
        )
        self.assertEqual(
            self.start_fails(worker), "Plugin 'p': Another plugin has that name: give each its own in mxcp-site.yml"
        )

    def test_fails_when_the_constructor_does(self) -> None:
        worker = self.plugin("class MXCPPlugin(MXCPBasePlugin):\n    def __init__(self, c): raise ValueError('no key')\n")
        self.assertEqual(self.start_fails(worker), "Plugin 'p': no key")

    def test_ends_in_reverse_order_with_a_context(self) -> None:
        worker = self.plugin(
            """
            class MXCPPlugin(MXCPBasePlugin):
                def shutdown(self):
                    print(self._config["n"], config.get_setting("project"))
                    if self._config["n"] == "2": raise ValueError("stuck")
            @on_shutdown
            async def after(): print("after")
            """,
            [{"name": n, "module": "my_plugin", "config": n} for n in ("1", "2", "3")],
            settings={"1": {"n": "1"}, "2": {"n": "2"}, "3": {"n": "3"}},
        )
        worker.request("load_plugins")
        self.assertEqual(
            worker.request("shutdown_plugins")["failures"], [{"name": "2", "error": "ValueError: stuck"}]
        )
        self.assertEqual(worker.request("shutdown_plugins")["failures"], [])
        worker.close_pipe()
        worker.wait_end()
        self.assertEqual(worker.printed["stdout"].split("\n")[:4], ["3 demo", "2 demo", "1 demo", "after"])


class Signatures(PluginTest):
    def described(self, hint: str) -> Any:
        _, answer = self.loaded(f"@udf\ndef f(self, x: {hint}) -> {hint}: return x\n")
        (function,) = answer["functions"]
        self.assertEqual(function["parameters"], [function["returns"]])
        return function["returns"]

    def test_follow_the_type_hints(self) -> None:
        cases = {
            "str": "VARCHAR",
            "int": "INTEGER",
            "float": "DOUBLE",
            "bool": "BOOLEAN",
            "bytes": "BLOB",
            "dt.date": "DATE",
            "dt.time": "TIME",
            "dt.datetime": "TIMESTAMP",
            "dt.timedelta": "INTERVAL",
            "dict": "VARCHAR",
            "list": "VARCHAR",
            "Optional[int]": "INTEGER",
            "Union[int, None]": "INTEGER",
            "int | None": "INTEGER",
            "Annotated[int, 'n']": "INTEGER",
            "'str'": "VARCHAR",
        }
        methods = "".join(f"@udf\ndef f{i}(self, x: {hint}) -> {hint}: return x\n" for i, hint in enumerate(cases))
        _, answer = self.loaded(methods)
        self.assertEqual([f["returns"]["name"] for f in answer["functions"]], list(cases.values()))
        self.assertEqual([f["parameters"][0]["name"] for f in answer["functions"]], list(cases.values()))

    def test_of_nested_hints(self) -> None:
        integer = {"name": "INTEGER"}
        self.assertEqual(self.described("Decimal"), {"name": "DECIMAL", "width": 18, "scale": 3})
        self.assertEqual(self.described("List[list[int]]"), {"name": "LIST", "items": {"name": "LIST", "items": integer}})
        self.assertEqual(
            self.described("Dict[str, int | None]"), {"name": "MAP", "key": {"name": "VARCHAR"}, "value": integer}
        )

    def test_of_classes_are_structs(self) -> None:
        worker = self.plugin(
            """
            @dataclasses.dataclass
            class Inner:
                day: dt.date
            class Shape(TypedDict):
                n: int
                inner: list[Inner]
            class MXCPPlugin(MXCPBasePlugin):
                @udf
                def f(self, x: Shape) -> Inner: ...
            """
        )
        (function,) = worker.request("load_plugins")["functions"]
        inner = {"name": "STRUCT", "fields": [["day", {"name": "DATE"}]]}
        self.assertEqual(function["returns"], inner)
        self.assertEqual(
            function["parameters"],
            [{"name": "STRUCT", "fields": [["n", {"name": "INTEGER"}], ["inner", {"name": "LIST", "items": inner}]]}],
        )

    def test_of_unknown_hints_stop_the_start(self) -> None:
        texts = {
            "Any": "Type 'Any' is not supported in UDF type annotations. Please specify a concrete type.",
            "tuple": "Type 'tuple' is not supported in UDF type annotations",
            "set": "Type 'set' is not supported in UDF type annotations",
            "object": "Type 'object' is not supported in UDF type annotations",
            "Union[int, str]": "Type 'typing.Union[int, str]' is not supported in UDF type annotations",
            "Literal['a']": "Type 'typing.Literal['a']' is not supported in UDF type annotations",
            "tuple[int, str]": "Type 'tuple[int, str]' is not supported in UDF type annotations",
        }
        worker = self.plugin("")
        for hint, text in texts.items():
            with self.subTest(hint):
                body = f"class MXCPPlugin(MXCPBasePlugin):\n    @udf\n    def f(self, x: {hint}) -> int: ...\n"
                other = self.plugin(body)
                message = self.start_fails(other)
                self.assertTrue(message.startswith("Plugin 'p': Type "), message)
                if "Union" not in hint:
                    self.assertTrue(message.startswith(f"Plugin 'p': {text} (method f, "), message)
        del worker

    def test_need_hints_for_the_arguments_once_there_are_some(self) -> None:
        _, answer = self.loaded("@udf\ndef none(self, x): ...\n@udf\ndef half(self, x: int): ...\n")
        self.assertEqual(answer["functions"], [])
        self.assertEqual(len(answer["warnings"]), 2)
        self.assertIn("none", answer["warnings"][0])
        other = self.plugin("class MXCPPlugin(MXCPBasePlugin):\n    @udf\n    def f(self, x) -> int: ...\n")
        self.assertIn("Type 'Any' is not supported", self.start_fails(other))

    def test_of_python_defaults_are_further_signatures(self) -> None:
        worker, answer = self.loaded("@udf\ndef f(self, a: int, b: int = 10, *, c: int = 5) -> int: return a + b + c\n")
        self.assertEqual([len(f["parameters"]) for f in answer["functions"]], [2, 1])
        self.assertEqual({f["name"] for f in answer["functions"]}, {"f_p"})
        self.assertEqual(self.run_rows(worker, "f_p", [1], [2]), [8])
        self.assertEqual(self.run_rows(worker, "f_p", [1]), [16])

    def test_of_inherited_methods_are_there_and_duplicates_refused(self) -> None:
        worker = self.plugin(
            """
            class Base(MXCPBasePlugin):
                @udf()
                def inherited(self) -> int: return 1
                @udf
                def again(self) -> int: return 1
            class MXCPPlugin(Base):
                @udf
                def again(self) -> str: return "new"
                def plain(self) -> int: return 2
            """
        )
        functions = worker.request("load_plugins")["functions"]
        self.assertEqual([(f["name"], f["method"], f["plugin"]) for f in functions], [
            ("inherited_p", "inherited", "p"), ("again_p", "again", "p"),
        ])
        self.assertEqual(self.run_rows(worker, "again_p"), ["new"])
        twice = self.plugin(
            "class MXCPPlugin(MXCPBasePlugin):\n    @udf\n    def a(self) -> int: ...\n    @udf\n    def A(self) -> int: ...\n"
        )
        self.assertIn("Duplicate SQL function A_p", self.start_fails(twice))


class Rows(PluginTest):
    def test_give_typed_arguments_and_results(self) -> None:
        worker, _ = self.loaded(
            """
            @udf
            def show(self, a: str, b: Decimal, c: dt.date, d: dt.time, e: dt.datetime, f: dt.timedelta,
                     g: bytes, h: list[int], i: dict[str, float], j: float) -> str:
                return repr([a, b, c, d, e, f, g, h, i, j])
            @udf
            def same(self, x: dt.datetime) -> dt.datetime: return x
            @udf
            def no_arguments(self) -> int: return 7
            """
        )
        columns = [["x"], ["1.100"], [19724], [11045500000], [1704164645500000], [[0, 1, 500000]], ["AP8="],
                   [[1, None]], [[["k", 1]]], ["NaN"]]
        self.assertEqual(
            self.run_rows(worker, "show_p", *columns),
            [
                "['x', Decimal('1.100'), datetime.date(2024, 1, 2), datetime.time(3, 4, 5, 500000), "
                "datetime.datetime(2024, 1, 2, 3, 4, 5, 500000), datetime.timedelta(days=1, microseconds=500000), "
                "b'\\x00\\xff', [1, None], {'k': 1.0}, nan]"
            ],
        )
        self.assertEqual(self.run_rows(worker, "show_p", *[[None]] * 10), [repr([None] * 10)])
        self.assertEqual(self.run_rows(worker, "same_p", [1704164645500000, None]), [1704164645500000, None])
        answer = worker.request("functions", function="no_arguments_p", columns=[], rows=3, context=worker.context("x"))
        self.assertEqual(answer["values"], [7, 7, 7])

    def test_cast_results_as_literals_are_cast(self) -> None:
        cases = {
            ("int", "'12'"): 12,
            ("int", "'2.5'"): 3,
            ("int", "2.5"): 2,
            ("int", "3.5"): 4,
            ("int", "Decimal('2.5')"): 3,
            ("int", "float('nan')"): None,
            ("str", "12"): "12",
            ("str", "1.0"): "1.0",
            ("str", "dt.date(2024, 1, 2)"): "2024-01-02",
            ("str", "[1, 'a', None]"): "[1, a, NULL]",
            ("str", "{'a': 1}"): "{'a': 1}",
            ("float", "1"): 1.0,
            ("float", "'1.5'"): 1.5,
            ("float", "float('inf')"): "Infinity",
            ("bool", "0"): False,
            ("bool", "'t'"): True,
            ("Decimal", "1.23456"): "1.235",
            ("Decimal", "1"): "1.000",
            ("dt.date", "'2024-01-02'"): 19724,
            ("dt.date", "dt.datetime(2024, 1, 2, 3)"): 19724,
            ("dt.datetime", "dt.date(2024, 1, 2)"): 1704153600000000,
            ("dt.datetime", "'2024-01-02 03:04:05'"): 1704164645000000,
            ("dt.time", "'03:04:05'"): 11045000000,
            ("dt.timedelta", "'1 day'"): [0, 0, 86400000000],
            ("dt.timedelta", "dt.timedelta(days=40, seconds=2)"): [0, 40, 2000000],
            ("bytes", "'abc'"): "YWJj",
            ("list[int]", "(1, '2', None)"): [1, 2, None],
            ("dict[str, int]", "{1: 2}"): [["1", 2]],
            ("dict", "{'a': dt.date(2024, 1, 2)}"): '{"a":"2024-01-02"}',
            ("list", "[1]"): "[1]",
            ("int | None", "None"): None,
        }
        methods = "".join(
            f"@udf\ndef f{i}(self) -> {hint}: return {value}\n" for i, (hint, value) in enumerate(cases)
        )
        worker, _ = self.loaded(methods)
        for index, (case, expected) in enumerate(cases.items()):
            with self.subTest(case):
                self.assertEqual(self.run_rows(worker, f"f{index}_p"), [expected])

    def test_that_do_not_fit_fail(self) -> None:
        cases = {
            ("int", "'x'"): "Failed to cast value: Could not convert string 'x' to INT32",
            ("int", "2 ** 40"): "Python Conversion Failure: Value out of range for type INT",
            ("int", "2 ** 400"): "Failed to cast value: Could not convert string 'int' to INT32",
            ("int", "True"): "Type BOOLEAN does not match with INTEGER.",
            ("int", "dt.date(2024, 1, 1)"): "Failed to cast value: Unimplemented type for cast (DATE -> INTEGER)",
            ("Decimal", "10 ** 16"): "Failed to cast value: Could not cast value 10000000000000000 to DECIMAL(18,3)",
            ("dt.date", "'x'"): 'Failed to cast value: invalid date field format: "x"',
            ("list[int]", "{1}"): "Unable to transform python value of type '<class 'set'>'",
        }
        methods = "".join(
            f"@udf\ndef f{i}(self) -> {hint}: return {value}\n" for i, (hint, value) in enumerate(cases)
        )
        worker, _ = self.loaded(methods)
        for index, (case, text) in enumerate(cases.items()):
            with self.subTest(case):
                self.assertIn(text, self.row_fails(worker, f"f{index}_p")["text"])

    def test_of_structs_take_dicts_tuples_and_instances(self) -> None:
        worker = self.plugin(
            """
            @dataclasses.dataclass
            class Point:
                x: int
                label: str
            class MXCPPlugin(MXCPBasePlugin):
                @udf
                def f(self, how: str) -> Point:
                    return {"dict": {"LABEL": "a", "x": 1}, "tuple": (1, "a"), "own": Point(1, "a"),
                            "few": {"x": 1}, "short": (1,)}[how]
                @udf
                def g(self, p: Point) -> str: return repr(p)
            """
        )
        worker.request("load_plugins")
        self.assertEqual(self.run_rows(worker, "f_p", ["dict", "tuple", "own"]), [[1, "a"]] * 3)
        self.assertIn("could not convert the object", self.row_fails(worker, "f_p", ["few"])["text"])
        self.assertIn("tuple containing 1 elements", self.row_fails(worker, "f_p", ["short"])["text"])
        self.assertEqual(self.run_rows(worker, "g_p", [[1, "a"]]), ["{'x': 1, 'label': 'a'}"])

    def test_stop_at_the_first_exception(self) -> None:
        worker, _ = self.loaded(
            """
            @udf
            def f(self, x: int) -> int:
                print("row", x)
                if x == 2: raise ValueError("two is bad")
                return x
            """
        )
        failure = self.row_fails(worker, "f_p", [1, 2, 3])
        self.assertEqual(failure["text"], "Python exception occurred while executing the UDF: ValueError: two is bad")
        self.assertEqual((failure["class"], failure["file"]), ("ValueError", worker.project.path("plugins/my_plugin.py")))
        worker.close_pipe()
        worker.wait_end()
        self.assertEqual(worker.printed["stdout"].split("\n")[:2], ["row 1", "row 2"])

    def test_may_come_from_coroutines_even_when_the_endpoints_loop_is_blocked(self) -> None:
        worker = self.plugin(
            """
            import asyncio
            class MXCPPlugin(MXCPBasePlugin):
                @udf
                async def f(self, x: int) -> int:
                    await asyncio.sleep(0)
                    return x + 1
            """,
            main="from mxcp.runtime import db\nasync def g():\n    return db.execute('SELECT f_p(1)')\n",
        )
        worker.request("load_plugins")
        worker.serve(
            "db_execute", lambda _: rows([("n", "INTEGER")], [[self.run_rows(worker, "f_p", [1])[0]]])
        )
        self.assertEqual(worker.call("g"), [{"n": 2}])

    def test_know_who_calls(self) -> None:
        worker, _ = self.loaded(
            """
            @udf
            def who(self) -> str:
                user = get_user_context()
                return repr([user and user.username, self.get_username(), self.get_user_email(),
                    self.get_user_provider(), self.get_user_token(), self.is_authenticated(), self.user_context is user])
            """
        )
        user = {"username": "ann", "email": "e", "provider": "github", "external_token": "tok"}
        self.assertEqual(
            self.run_rows(worker, "who_p", user=user), ["['ann', 'ann', 'e', 'github', 'tok', True, True]"]
        )
        self.assertEqual(self.run_rows(worker, "who_p"), ["[None, None, None, None, None, False, True]"])


class Threads(PluginTest):
    def test_a_ping_waits_while_functions_hold_every_one(self) -> None:
        worker, _ = self.loaded("@udf\ndef nap(self, n: int) -> int:\n    import time\n    time.sleep(2)\n    return n")
        members = {"function": "nap_p", "columns": [[1]], "rows": 1, "context": Worker.context("udf")}
        batches = [worker.begin("functions", **members) for _ in range(64)]
        ping = worker.begin("ping")
        with self.assertRaises(Empty):
            ping.arrived.get(timeout=1)
        self.assertEqual(ping.arrived.get(timeout=5)["type"], "result")
        self.assertEqual([each.arrived.get(timeout=5)["values"] for each in batches], [[1]] * 64)


if __name__ == "__main__":
    unittest.main()
