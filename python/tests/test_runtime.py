from __future__ import annotations

import importlib.util
import unittest
from typing import Any

from base import WorkerTest
from client import Message, error, rows

USER = {
    "provider": "github",
    "user_id": "1",
    "username": "ann",
    "email": "ann@example.com",
    "name": "Ann",
    "avatar_url": None,
    "raw_profile": {"login": "ann"},
    "external_token": "tok",
    "capabilities": ["read"],
}
NO_CONTEXT = "No execution context available - function not called from MXCP executor"


class OutsideAnyContext(WorkerTest):
    def test_runtime_calls_are_refused(self) -> None:
        worker = self.worker(
            """
            import contextvars
            from mxcp.runtime import db, config, plugins, reload_duckdb, mcp
            import asyncio
            def attempt(work):
                try:
                    return work()
                except RuntimeError as error:
                    return str(error)
            def f():
                outside = contextvars.Context()
                calls = [
                    lambda: db.execute("x"), lambda: config.get_secret("x"), lambda: config.get_setting("x"),
                    lambda: plugins.get("x"), lambda: plugins.list(), reload_duckdb,
                    lambda: config.site_config, lambda: config.user_config, lambda: asyncio.run(mcp.info("x")),
                    lambda: asyncio.run(mcp.progress(1)),
                ]
                return [outside.run(attempt, call) for call in calls]
            """
        )
        self.assertEqual(worker.call("f"), [NO_CONTEXT] * 6 + [None] * 4)


class DatabaseValues(WorkerTest):
    def run_with(self, columns: list[tuple[str, Any]], *chunks: list[list[Any]]) -> Any:
        worker = self.worker("from mxcp.runtime import db\ndef f():\n    return repr(db.execute('x'))\n")
        worker.serve("db_execute", lambda _: rows(columns, *chunks))
        return worker.call("f")

    def test_are_rows_as_dicts(self) -> None:
        self.assertEqual(
            self.run_with([("a", "INTEGER"), ("b", "VARCHAR")], [[1, "x"]], [[None, None]]),
            "[{'a': 1, 'b': 'x'}, {'a': None, 'b': None}]",
        )
        self.assertEqual(self.run_with([("Count", "BIGINT")], [[3]]), "[{'Count': 3}]")

    def test_without_rows_are_an_empty_list(self) -> None:
        self.assertEqual(self.run_with([]), "[]")
        self.assertEqual(self.run_with([("a", "INTEGER")]), "[]")

    def test_of_equal_names_are_renamed(self) -> None:
        self.assertEqual(
            self.run_with([("a", "INTEGER"), ("a", "INTEGER"), ("A", "INTEGER")], [[1, 2, 3]]),
            "[{'a': 1, 'a_1': 2, 'A_2': 3}]",
        )

    def test_of_inexact_types_are_floats_and_nan_when_null(self) -> None:
        columns = [("h", "HUGEINT"), ("d", {"name": "DECIMAL", "width": 4, "scale": 2}), ("f", "FLOAT"), ("g", "DOUBLE")]
        self.assertEqual(
            self.run_with(columns, [[6, "1.10", 0.5, "Infinity"], [None] * 4, [10**30, "2", "NaN", "-Infinity"]]),
            "[{'h': 6.0, 'd': 1.1, 'f': 0.5, 'g': inf}, {'h': nan, 'd': nan, 'f': nan, 'g': nan}, "
            "{'h': 1e+30, 'd': 2.0, 'f': nan, 'g': -inf}]",
        )

    def test_of_other_scalars(self) -> None:
        columns = [("b", "BOOLEAN"), ("u", "UUID"), ("x", "BLOB"), ("t", "TIME"), ("e", "ENUM"), ("i", "BIT")]
        row = [True, "00000000-0000-0000-0000-000000000001", "AP8=", 11045500000, "red", "0101"]
        self.assertEqual(
            self.run_with(columns, [row, [None] * 6]),
            "[{'b': True, 'u': UUID('00000000-0000-0000-0000-000000000001'), 'x': bytearray(b'\\x00\\xff'), "
            "'t': datetime.time(3, 4, 5, 500000), 'e': 'red', 'i': b'\\x04\\xf5'}, "
            "{'b': None, 'u': None, 'x': None, 't': None, 'e': None, 'i': None}]",
        )

    def test_nested_are_plain_python(self) -> None:
        fields = [
            ["n", {"name": "DECIMAL", "width": 4, "scale": 2}],
            ["d", {"name": "DATE"}],
            ["h", {"name": "HUGEINT"}],
            ["l", {"name": "LIST", "items": {"name": "INTEGER"}}],
            ["t", {"name": "TIMESTAMP"}],
        ]
        columns = [
            ("s", {"name": "STRUCT", "fields": fields}),
            ("m", {"name": "MAP", "key": {"name": "DATE"}, "value": {"name": "DOUBLE"}}),
            ("u", {"name": "UNION", "fields": [["a", {"name": "INTEGER"}], ["b", {"name": "DATE"}]]}),
        ]
        row = [["1.10", 19724, 7, [1, None], 0], [[19724, None]], ["b", 19724]]
        self.assertEqual(
            self.run_with(columns, [row, [None] * 3]),
            "[{'s': {'n': Decimal('1.10'), 'd': datetime.date(2024, 1, 2), 'h': 7, 'l': [1, None], "
            "'t': datetime.datetime(1970, 1, 1, 0, 0)}, 'm': {datetime.date(2024, 1, 2): None}, "
            "'u': datetime.date(2024, 1, 2)}, {'s': None, 'm': None, 'u': None}]",
        )

    @unittest.skipIf(importlib.util.find_spec("pandas"), "pandas is installed")
    def test_without_pandas_are_standard_types(self) -> None:
        columns = [
            ("d", "DATE"),
            ("t", "TIMESTAMP"),
            ("i", "INTERVAL"),
            ("l", {"name": "LIST", "items": {"name": "DATE"}}),
            ("inf", "TIMESTAMP"),
        ]
        self.assertEqual(
            self.run_with(columns, [[19724, 500000, [1, 2, 1000000], [19724, None], "infinity"]]),
            "[{'d': datetime.datetime(2024, 1, 2, 0, 0), 't': datetime.datetime(1970, 1, 1, 0, 0, 0, 500000), "
            "'i': datetime.timedelta(days=32, seconds=1), 'l': [datetime.date(2024, 1, 2), None], 'inf': None}]",
        )

    def test_with_time_zone_are_aware(self) -> None:
        worker = self.worker("from mxcp.runtime import db\ndef f():\n    return db.execute('x')[0]['t'].utcoffset() is not None\n")
        worker.serve("db_execute", lambda _: rows([("t", "TIMESTAMPTZ")], [[0]]))
        self.assertIs(worker.call("f"), True)


class DatabaseParameters(WorkerTest):
    def sent(self, params: str) -> Any:
        worker = self.worker(
            "import datetime as dt, uuid, enum\nfrom decimal import Decimal\nfrom mxcp.runtime import db\n"
            "def f(text):\n    return db.execute('SELECT', eval(text))\n"
        )
        worker.serve("db_execute", lambda _: [{"type": "result"}])
        worker.call("f", {"text": params})
        return worker.noticed("db_execute")[0]["params"]

    def test_go_by_name_or_by_position(self) -> None:
        self.assertIsNone(self.sent("None"))
        self.assertEqual(self.sent("{'a': 1}"), {"a": 1})
        self.assertEqual(self.sent("[1, 'x', None, True]"), [1, "x", None, True])

    def test_keep_their_types(self) -> None:
        sent = self.sent(
            "[2**100, 5.0, 1.5, float('nan'), Decimal('1.10'), dt.date(2024,1,2), dt.datetime(2024,1,2,3), "
            "dt.datetime(2024,1,2,tzinfo=dt.timezone.utc), dt.time(3,4), dt.timedelta(days=1, seconds=2), b'\\x00', "
            "uuid.UUID(int=1), [1, [2.0]], (3,), {'a': {'b': 1.0}}, {'$x': 1}, {1: 2}, {'b': 1, '2': 3}]"
        )
        self.assertEqual(
            sent,
            [
                2**100,
                {"$float": 5},
                1.5,
                {"$float": "NaN"},
                {"$decimal": "1.10"},
                {"$date": "2024-01-02"},
                {"$datetime": "2024-01-02T03:00:00"},
                {"$datetime": "2024-01-02T00:00:00+00:00"},
                {"$time": "03:04:00"},
                {"$interval": [0, 1, 2000000]},
                {"$bytes": "AA=="},
                {"$uuid": "00000000-0000-0000-0000-000000000001"},
                [1, [{"$float": 2}]],
                [3],
                {"a": {"b": {"$float": 1}}},
                {"$map": [["$x", 1]]},
                {"$map": [[1, 2]]},
                # JavaScript would put the second first
                {"$map": [["b", 1], ["2", 3]]},
            ],
        )

    def test_of_unknown_types_are_refused(self) -> None:
        worker = self.worker("from mxcp.runtime import db\ndef f():\n    db.execute('x', [{1}])\n")
        failure = self.fails(worker, "f").error
        self.assertEqual(failure["class"], "NotImplementedException")
        self.assertIn("<class 'set'>", failure["text"])


class DatabaseCalls(WorkerTest):
    def test_name_their_context_and_statement(self) -> None:
        worker = self.worker("from mxcp.runtime import db\nasync def f():\n    return db.execute('SELECT 1')\n")
        worker.serve("db_execute", lambda _: [{"type": "result"}])
        worker.call("f", context={"id": "call-x"})
        sent = worker.noticed("db_execute")[0]
        self.assertEqual((sent["context"], sent["sql"], sent["params"]), ("call-x", "SELECT 1", None))

    def test_raise_duckdbs_exceptions(self) -> None:
        worker = self.worker(
            """
            from mxcp.runtime import db
            def f():
                try:
                    db.execute("x")
                except Exception as error:
                    return [kind.__name__ for kind in type(error).__mro__[:-2]] + [str(error)]
            """
        )
        expected = {
            "BinderException": ["BinderException", "ProgrammingError", "DatabaseError", "Error", "Exception"],
            "RuntimeError": ["RuntimeError", "Exception"],
            "SomethingNew": ["Error", "Exception"],
        }
        for name, classes in expected.items():
            worker.serve("db_execute", lambda _, name=name: error(name, "the text"))  # type: ignore[misc]
            self.assertEqual(worker.call("f"), [*classes, "the text"])

    def test_work_while_modules_are_imported_and_in_threads(self) -> None:
        worker = self.worker(
            """
            import threading, asyncio
            from concurrent.futures import ThreadPoolExecutor
            from mxcp.runtime import db
            at_import = db.execute("import")
            def f():
                found = []
                thread = threading.Thread(target=lambda: found.append(db.execute("thread")))
                thread.start()
                thread.join()
                with ThreadPoolExecutor() as pool:
                    found.append(pool.submit(db.execute, "pool").result())
                return [at_import, *found]
            async def g():
                return [await asyncio.to_thread(db.execute, "to_thread"), await db.execute_async("async")]
            """
        )
        worker.serve("db_execute", lambda message: rows([("s", "VARCHAR")], [[message["sql"]]]))
        self.assertEqual(worker.call("f"), [[{"s": "import"}], [{"s": "thread"}], [{"s": "pool"}]])
        self.assertEqual(worker.call("g"), [[{"s": "to_thread"}], [{"s": "async"}]])
        self.assertEqual(worker.noticed("db_execute")[0]["context"], "system")

    def test_in_a_blocked_coroutine_are_answered(self) -> None:
        worker = self.worker("from mxcp.runtime import db\nasync def f():\n    return len(db.execute('x'))\n")
        worker.serve("db_execute", lambda _: rows([("a", "INTEGER")], [[1]], [[2]]))
        self.assertEqual(worker.call("f"), 2)

    def test_after_the_call_are_refused(self) -> None:
        worker = self.worker(
            """
            import threading
            from mxcp.runtime import db
            gate, done, seen = threading.Event(), threading.Event(), []
            def late():
                gate.wait(20)
                try:
                    db.execute("x")
                except RuntimeError as error:
                    seen.append(str(error))
                done.set()
            def f(): threading.Thread(target=late).start()
            def g():
                gate.set()
                done.wait(20)
                return seen
            """
        )
        worker.call("f")
        self.assertEqual(worker.call("g"), ["The call that this code belongs to has ended"])

    def test_of_a_transaction_end_it(self) -> None:
        worker = self.worker(
            """
            from mxcp.runtime import db
            def f(fail):
                with db.transaction():
                    db.execute("INSERT")
                    if fail: raise ValueError("no")
            """
        )
        worker.serve("db_execute", lambda _: [{"type": "result"}])
        worker.call("f", {"fail": False})
        self.assertEqual(self.fails(worker, "f", {"fail": True}).text, "no")
        self.assertEqual(
            [message["sql"] for message in worker.noticed("db_execute")],
            ["BEGIN TRANSACTION", "INSERT", "COMMIT", "BEGIN TRANSACTION", "INSERT", "ROLLBACK"],
        )


class Identity(WorkerTest):
    source = """
        from concurrent.futures import ThreadPoolExecutor
        from mxcp.sdk.auth.context import get_user_context
        from mxcp.sdk.auth import get_user_context as same
        from mxcp.sdk.executor.context import get_execution_context
        pool = ThreadPoolExecutor(1)
        def user():
            user = get_user_context()
            return user and {name: getattr(user, name) for name in user.__slots__}
        def pooled():
            return pool.submit(lambda: getattr(same(), "username", None)).result()
        def context():
            c = get_execution_context()
            return [
                c.user_id, c.username, c.email, c.provider, c.external_token, c.get("transport"),
                c.get("request_headers"), c.get("nothing", 7), c.get("site_config")["project"], c.get("user_config"),
                type(c.get("mcp")).__name__,
            ]
        def header(name):
            headers = get_execution_context().get("request_headers")
            return [headers.get(name), name in headers, headers.get("none", 1)]
        """

    def test_is_the_callers(self) -> None:
        worker = self.worker(self.source)
        self.assertEqual(worker.call("user", context={"user": USER}), USER)
        self.assertIsNone(worker.call("user"))

    def test_is_in_the_execution_context(self) -> None:
        worker = self.worker(self.source)
        self.assertEqual(
            worker.call("context", context={"user": USER, "headers": {"x-a": "1"}}),
            ["1", "ann", "ann@example.com", "github", "tok", "streamable-http", {"x-a": "1"}, 7, "demo", {}, "Caller"],
        )

    def test_has_headers_in_any_case(self) -> None:
        worker = self.worker(self.source)
        for headers in ({"x-team": "blue"}, {"X-Team": "blue"}):
            self.assertEqual(
                worker.call("header", {"name": "X-TEAM"}, context={"headers": headers}), ["blue", True, 1]
            )

    def test_is_never_that_of_the_call_that_started_a_pools_thread(self) -> None:
        worker = self.worker(self.source)
        self.assertEqual(worker.call("pooled", context={"user": USER}), "ann")
        self.assertIsNone(worker.call("pooled"))
        self.assertEqual(worker.call("pooled", context={"user": {**USER, "username": "bob"}}), "bob")


class Configuration(WorkerTest):
    source = """
        from mxcp.runtime import config
        def secret(name): return config.get_secret(name)
        def change(name): config.get_secret(name)["key"] = "changed"
        def setting(key): return config.get_setting(key)
        def default(key): return config.get_setting(key, "default")
        def documents(): return [config.site_config, config.user_config]
        """
    configure = {
        "site": {"project": "p", "paths": {"tools": "t"}, "empty": None},
        "user": {"u": 1},
        "secrets": {"api": {"key": "k"}, "none": {}},
        "settings": {"paths": {"tools": "tools", "python": "python"}, "dbt": {"enabled": True}},
    }

    def test_gives_secrets(self) -> None:
        worker = self.worker(self.source, configure=self.configure)
        worker.call("change", {"name": "api"})
        self.assertEqual(worker.call("secret", {"name": "api"}), {"key": "k"})
        self.assertEqual(worker.call("secret", {"name": "none"}), {})
        self.assertIsNone(worker.call("secret", {"name": "unknown"}))

    def test_gives_settings_and_their_defaults(self) -> None:
        worker = self.worker(self.source, configure=self.configure)
        expected = {
            "project": "p",
            "paths.tools": "t",
            "paths.python": "python",
            "paths": {"tools": "t", "python": "python"},
            "dbt.enabled": True,
            "empty": None,
            "project.nothing": None,
        }
        for key, value in expected.items():
            self.assertEqual(worker.call("setting", {"key": key}), value, key)
        self.assertEqual(worker.call("default", {"key": "nothing.here"}), "default")
        self.assertEqual(worker.call("documents"), [self.configure["site"], {"u": 1}])


class Notices(WorkerTest):
    source = """
        import asyncio
        from mxcp.runtime import mcp
        async def f():
            await mcp.debug("d")
            await mcp.info("i", logger_name="app")
            await mcp.warning({"a": [1]}, extra=2)
            await mcp.error("e")
            await mcp.progress(1)
            await mcp.progress(2, 4, "half")
            return "done"
        def sync():
            asyncio.run(mcp.info("from a thread"))
        """

    def test_reach_the_caller_before_the_result(self) -> None:
        worker = self.worker(self.source)
        self.assertEqual(worker.call("f"), "done")
        sent = [[n["level"], n["data"], n["logger"]] for n in worker.noticed("notice")]
        self.assertEqual(
            sent,
            [
                ["debug", "d", None],
                ["info", "i", "app"],
                ["warning", {"message": {"a": [1]}, "extra": 2}, None],
                ["error", "e", None],
            ],
        )
        progress = [[n["done"], n["total"], n["message"]] for n in worker.noticed("progress")]
        self.assertEqual(progress, [[1, None, None], [2, 4, "half"]])

    def test_of_sync_functions_go_through_asyncio_run(self) -> None:
        worker = self.worker(self.source)
        worker.call("sync")
        self.assertEqual(worker.noticed("notice")[0]["data"], "from a thread")

    def test_go_to_the_log_where_no_caller_listens(self) -> None:
        worker = self.worker(self.source)
        worker.call("f", channel=False)
        self.assertEqual(worker.noticed("notice"), [])
        logged = [(n["logger"], n["level"], n["message"]) for n in worker.noticed("log")]
        self.assertIn(("mxcp.runtime.mcp", "info", "i"), logged)
        self.assertIn(("mxcp.runtime.mcp", "error", "e"), logged)


class Questions(WorkerTest):
    source = """
        import asyncio
        from mxcp.runtime import mcp
        schema = {"type": "object", "properties": {"name": {"type": "string"}}}
        async def form(): return await mcp.elicit("Who?", schema)
        async def several():
            return await asyncio.gather(
                mcp.elicit("Who?", schema), mcp.elicit_url("Visit", "https://example.com"),
                mcp.sample({"maxTokens": 5}), mcp.roots(),
            )
        async def twice():
            first = await mcp.elicit("One", schema)
            return [first, await mcp.elicit("Two", schema)]
        def sync(): return asyncio.run(mcp.elicit("Who?", schema))
        async def catches():
            try:
                return await mcp.elicit("Who?", schema)
            except Exception:
                return "caught"
        async def catches_all():
            try:
                return await mcp.elicit("Who?", schema)
            except BaseException:
                return "caught"
        def sync_catches_all():
            try:
                return asyncio.run(mcp.elicit("Who?", schema))
            except BaseException:
                raise ValueError("hidden")
        async def gathered():
            return await asyncio.gather(mcp.elicit("A", schema), mcp.elicit("B", schema), return_exceptions=True)
        def generator():
            yield asyncio.run(mcp.elicit("Who?", schema))
        """
    form = {
        "kind": "form",
        "message": "Who?",
        "schema": {"type": "object", "properties": {"name": {"type": "string"}}},
    }

    @staticmethod
    def accept(message: Message) -> list[Message]:
        answers = [{"action": "accept", "content": {"n": index}} for index, _ in enumerate(message["questions"])]
        return [{"type": "result", "answers": answers}]

    def test_are_answered(self) -> None:
        worker = self.worker(self.source)
        worker.serve("ask", self.accept)
        for name in ("form", "sync"):
            self.assertEqual(worker.call(name), {"action": "accept", "content": {"n": 0}})
        self.assertEqual(worker.noticed("ask")[0]["questions"], [self.form])

    def test_of_one_turn_go_out_together(self) -> None:
        worker = self.worker(self.source)
        worker.serve("ask", self.accept)
        self.assertEqual([answer["content"]["n"] for answer in worker.call("several")], [0, 1, 2, 3])
        (asked,) = worker.noticed("ask")
        self.assertEqual(
            asked["questions"],
            [
                self.form,
                {"kind": "url", "message": "Visit", "url": "https://example.com"},
                {"kind": "sample", "params": {"maxTokens": 5}},
                {"kind": "roots"},
            ],
        )

    def test_of_several_turns_go_out_one_after_the_other(self) -> None:
        worker = self.worker(self.source)
        worker.serve("ask", self.accept)
        self.assertEqual(len(worker.call("twice")), 2)
        self.assertEqual([len(n["questions"]) for n in worker.noticed("ask")], [1, 1])

    def test_end_the_run_when_the_caller_answers_by_calling_again(self) -> None:
        worker = self.worker(self.source)
        worker.serve("ask", lambda _: [{"type": "result", "ended": True}])
        for name in ("form", "sync", "catches", "catches_all", "sync_catches_all", "generator"):
            with self.subTest(name):
                self.assertEqual(worker.answer_of(name)["ask"], [self.form])
        self.assertEqual(len(worker.answer_of("gathered")["ask"]), 2)

    def test_that_are_refused_raise(self) -> None:
        worker = self.worker(self.source)
        worker.serve("ask", lambda _: error("RuntimeError", "The caller cannot be asked anything here"))
        self.assertEqual(self.fails(worker, "form").text, "The caller cannot be asked anything here")
        self.assertEqual(worker.call("catches"), "caught")


class AuditEvents(WorkerTest):
    def test_are_attached_to_the_call(self) -> None:
        worker = self.worker(
            """
            import time
            from mxcp.sdk.audit import begin_execution_event, add_execution_event, get_execution_events
            def f():
                span = begin_execution_event()
                time.sleep(0.02)
                add_execution_event(span=span, target="api", operation="GET /x", details={"n": 1})
                add_execution_event(status="error", error="refused")
                return [event.target for event in get_execution_events()]
            def g(): return len(get_execution_events())
            """
        )
        self.assertEqual(worker.call("f", context={"id": "c9"}), ["api", None])
        self.assertEqual(worker.call("g"), 0)
        first, second = worker.noticed("audit_event")
        self.assertEqual(first["context"], "c9")
        event = first["event"]
        self.assertGreaterEqual(event["duration_ms"], 20)
        self.assertRegex(event["started_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
        self.assertEqual(
            {key: event[key] for key in ("kind", "status", "target", "operation", "summary", "error", "details")},
            {
                "kind": "external",
                "status": "success",
                "target": "api",
                "operation": "GET /x",
                "summary": None,
                "error": None,
                "details": {"n": 1},
            },
        )
        self.assertEqual((second["event"]["status"], second["event"]["error"]), ("error", "refused"))


class Stubs(WorkerTest):
    def test_can_be_imported(self) -> None:
        worker = self.worker(
            """
            from mxcp.sdk.validator import TypeValidator
            from mxcp.sdk.telemetry import traced_operation, get_tracer
            @traced_operation
            def f():
                with traced_operation("x") as span:
                    span.set_attribute("a", 1)
                return get_tracer("x").name is not None
            def g(): TypeValidator()
            """
        )
        self.assertIs(worker.call("f"), True)
        self.assertIn("not available here", self.fails(worker, "g").text)


class Reloads(WorkerTest):
    source = """
        from mxcp.runtime import reload_duckdb, config, on_init
        done = []
        refused = []
        @on_init
        def early():
            try:
                reload_duckdb()
            except RuntimeError as error:
                refused.append(str(error))
        def plain(): return reload_duckdb(description="why")
        def payload(text):
            def work():
                done.append([text, config.get_setting("project")])
            reload_duckdb(work)
        async def later(): done.append(["async", None])
        def coroutine(): reload_duckdb(later)
        def fails():
            def work(): raise ValueError("disk full")
            reload_duckdb(work)
        def seen(): return [done, refused]
        """
    refusal = (
        "Server reference not available in context. "
        "This function can only be called from within MXCP server endpoints."
    )

    def test_are_requested_and_run_their_payload_once(self) -> None:
        worker = self.worker(self.source)
        worker.serve("request_reload", lambda _: [{"type": "result"}])
        self.assertIsNone(worker.call("plain"))
        worker.call("payload", {"text": "a"})
        worker.call("coroutine")
        requests = worker.noticed("request_reload")
        self.assertEqual((requests[0]["payload"], requests[0]["description"]), (None, "why"))
        for request in (requests[1], requests[1], requests[2]):
            worker.request("run_payload", payload=request["payload"])
        self.assertEqual(worker.call("seen")[0], [["a", "demo"], ["async", None]])

    def test_tell_that_a_payload_failed(self) -> None:
        worker = self.worker(self.source)
        worker.serve("request_reload", lambda _: [{"type": "result"}])
        worker.call("fails")
        with self.assertRaisesRegex(Exception, "disk full"):
            worker.request("run_payload", payload=worker.noticed("request_reload")[0]["payload"])

    def test_are_refused_outside_a_server(self) -> None:
        worker = self.worker(self.source)
        worker.request("import_modules", only_hooks=False)
        worker.request("run_hooks", which="init")
        self.assertEqual(self.fails(worker, "plain", context={"served": False}).text, self.refusal)
        self.assertEqual(worker.call("seen")[1], [self.refusal])


class Logging(WorkerTest):
    def test_reaches_the_server_with_its_context(self) -> None:
        worker = self.worker(
            """
            import logging
            log = logging.getLogger("app.part")
            logging.warning("at import")
            def f():
                log.debug("not shown")
                log.info("n is %d", 5)
                try:
                    raise ValueError("bad")
                except ValueError:
                    log.exception("failed")
            """
        )
        worker.call("f", context={"id": "c5"})
        first, second, third = worker.noticed("log")
        self.assertEqual((first["level"], first["context"]), ("warning", "system"))
        self.assertEqual(
            second, {"type": "log", "level": "info", "logger": "app.part", "message": "n is 5", "context": "c5"}
        )
        self.assertEqual(third["level"], "error")
        self.assertIn("ValueError: bad", third["message"])

    def test_does_not_break_on_bad_records(self) -> None:
        worker = self.worker("import logging\ndef f():\n    logging.info('%d', 'x')\n    return 1\n")
        self.assertEqual(worker.call("f"), 1)


if __name__ == "__main__":
    unittest.main()
