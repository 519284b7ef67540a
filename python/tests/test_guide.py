"""Runs the examples of docs/guides/python.md."""

from __future__ import annotations

import os
import re
import unittest

from base import WorkerTest
from client import Worker, rows

GUIDE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/guides/python.md")


def examples() -> dict[str, str]:
    with open(GUIDE, encoding="utf-8") as file:
        blocks = re.findall(r"^```python\n# (\S+)\n(.*?)^```", file.read(), re.M | re.S)
    return dict(blocks)


class Examples(WorkerTest):
    def guide(self) -> Worker:
        return self.worker(
            "",
            examples(),
            {
                "plugins_folder": "plugins",
                "plugins": [{"name": "words", "module": "my_words", "config": "words"}],
                "plugin_settings": {"words": {"mark": "!"}},
                "secrets": {"billing": {"api_key": "k"}},
            },
        )

    def test_are_importable(self) -> None:
        worker = self.guide()
        self.assertGreaterEqual(len(examples()), 9)
        self.assertEqual(worker.request("import_modules", only_hooks=False)["failures"], [])

    def test_fit_their_tools(self) -> None:
        worker = self.guide()
        path = worker.project.path("python/shop.py")
        found = worker.request("inspect", path=path, kind="tool", name="orders_of", parameters=["customer", "since"])
        self.assertEqual(found["problems"], [])

    def test_use_the_database(self) -> None:
        worker = self.guide()
        worker.serve("db_execute", lambda message: rows([("currency", "VARCHAR"), ("rate", "DOUBLE")], [["CHF", 1.1]]))
        arguments = {"customer": "ann", "since": {"$date": "2024-01-01"}}
        self.assertEqual(worker.call("orders_of", arguments, file="python/shop.py"), [{"currency": "CHF", "rate": 1.1}])
        self.assertEqual(worker.noticed("db_execute")[0]["params"], arguments)
        transfer = {"source": "a", "target": "b", "amount": {"$float": 5}}
        self.assertEqual(worker.call("transfer", transfer, file="python/transfer.py"), "done")
        worker.request("import_modules", only_hooks=False)
        worker.request("run_hooks", which="init")
        self.assertEqual(worker.call("rate", {"currency": "CHF"}, file="python/cache.py"), 1.1)
        worker.request("run_hooks", which="shutdown")
        self.assertIsNone(worker.call("rate", {"currency": "CHF"}, file="python/cache.py"))

    def test_answer(self) -> None:
        worker = self.guide()
        self.assertEqual(worker.call("greet", {"name": "Ann"}, file="python/shop.py"), "Hello, Ann")
        self.assertEqual(
            worker.call("report", {"days": 2}, file="python/report.py"),
            [{"day": "2024-01-01", "amount": 9.9}, {"day": "2024-01-02", "amount": 9.9}],
        )
        blocks = worker.answer_of("chart", {"title": "T"}, file="python/chart.py")["content"]
        self.assertEqual([block["type"] for block in blocks], ["text", "image", "resource_link"])
        self.assertEqual(
            worker.call("account", file="python/account.py", context={"headers": {"x-team": "blue"}}),
            {"user": None, "team": "blue", "configured": True, "project": "demo"},
        )
        self.assertEqual(worker.call("lookup", {"number": "1"}, file="python/remote.py")["status"], "known")
        self.assertEqual(worker.noticed("audit_event")[0]["event"]["target"], "registry")

    def test_ask(self) -> None:
        worker = self.guide()
        worker.serve("ask", lambda _: [{"type": "result", "answers": [{"action": "accept", "content": {"really": True}}]}])
        for name in ("wipe", "wipe_sync"):
            self.assertEqual(worker.call(name, {"table": "t"}, file="python/wipe.py"), "deleted")
        worker.serve("ask", lambda _: [{"type": "result", "answers": [{"action": "decline"}]}])
        self.assertEqual(worker.call("wipe", {"table": "t"}, file="python/wipe.py"), "kept")

    def test_reload(self) -> None:
        worker = self.guide()
        worker.serve("request_reload", lambda _: [{"type": "result"}])
        self.assertEqual(worker.call("refresh", file="python/cache.py"), "the server reloads")
        worker.request("run_payload", payload=worker.noticed("request_reload")[0]["payload"])

    def test_offer_functions_to_sql(self) -> None:
        worker = self.guide()
        functions = worker.request("load_plugins")["functions"]
        self.assertEqual([len(f["parameters"]) for f in functions if f["name"] == "shout_words"], [2, 1])

        def run(name: str, *columns: list[object]) -> list[object]:
            context = {**worker.context("u"), "user": {"username": "ann"}}
            return worker.request("functions", function=name, columns=list(columns), rows=1, context=context)["values"]

        self.assertEqual(run("shout_words", ["hi"]), ["HI!"])
        self.assertEqual(run("shout_words", ["hi"], [3]), ["HI!!!"])
        self.assertEqual(run("signed_words", ["hi"]), ["hi (ann)"])


if __name__ == "__main__":
    unittest.main()
