from __future__ import annotations

import os
import unittest
from concurrent.futures import ThreadPoolExecutor

from base import WorkerTest

TOOL_OF_A_VOLUME = """
import mod, tool
def f():
    mod.calls.append(1)
    return [__name__, len(tool.mod.calls)]
"""


class Modules(WorkerTest):
    def test_of_the_python_folder_have_their_relative_names(self) -> None:
        worker = self.worker(
            "from sub.helper import x\nimport sub.deep.mod\ndef f():\n    return [x, sub.deep.mod.y, __name__]\n",
            {
                "python/sub/helper.py": "x = 1",
                "python/sub/deep/mod.py": "from ..helper import x\ny = x + 1\ndef g():\n    return __name__\n",
            },
        )
        self.assertEqual(worker.call("f"), [1, 2, "main"])
        self.assertEqual(worker.call("g", file="python/sub/deep/mod.py"), "sub.deep.mod")

    def test_elsewhere_have_private_names_and_import_absolutely(self) -> None:
        worker = self.worker(
            "shared = 7",
            {
                "lib/tool.py": "from main import shared\nimport other.thing\ndef f():\n    return [shared, other.thing.z]\n",
                "other/thing.py": "z = 1",
                "more/tool.py": "def f():\n    return __name__\n",
                "lib/relative.py": "from .tool import f\n",
                "lib/script.txt": "def f(): return 'text'\n",
            },
        )
        self.assertEqual(worker.call("f", file="lib/tool.py"), [7, 1])
        name = worker.call("f", file="more/tool.py")
        self.assertRegex(name, r"^mxcp_file_[0-9a-f]{12}_tool$")
        self.assertIn("relative import", self.fails(worker, "f", file="lib/relative.py").text)
        self.assertEqual(worker.call("f", file="lib/script.txt"), "text")

    def test_of_a_mounted_volume_are_known_by_the_links_beside_it(self) -> None:
        worker = self.worker(
            "", {"python/..2026_11_30.1/mod.py": "calls = []\n", "python/..2026_11_30.1/tool.py": TOOL_OF_A_VOLUME}
        )
        folder = worker.project.path("python")
        os.symlink("..2026_11_30.1", os.path.join(folder, "..data"))
        for name in ("mod.py", "tool.py"):
            os.symlink(f"..data/{name}", os.path.join(folder, name))
        self.assertEqual(worker.call("f", file="python/tool.py"), ["tool", 1])
        self.assertEqual(worker.call("f", file="python/tool.py"), ["tool", 2])

    def test_named_like_other_modules_are_the_projects_own(self) -> None:
        worker = self.worker(
            "import json\ndef g():\n    return json.dumps([1])\n",
            {
                "python/json.py": "def f():\n    return 'mine'\n",
                "python/sys.py": "def f():\n    return 'sys'\n",
                "python/mxcp.py": "def f():\n    return 'mxcp'\n",
                "python/email/message.py": "from .helper import x\ndef f():\n    return x\n",
                "python/email/helper.py": "x = 'email'",
                "python/shadowed.py": "def f():\n    return 'python'\n",
                "shadowed.py": "def f():\n    return 'root'\n",
            },
        )
        self.assertEqual(worker.call("f", file="python/json.py"), "mine")
        self.assertEqual(worker.call("f", file="python/sys.py"), "sys")
        self.assertEqual(worker.call("f", file="python/mxcp.py"), "mxcp")
        self.assertEqual(worker.call("f", file="python/email/message.py"), "email")
        self.assertEqual(worker.call("f", file="python/shadowed.py"), "python")
        self.assertEqual(worker.call("g"), "[1]")

    def test_may_lie_in_another_python_folder(self) -> None:
        worker = self.worker("", {"code/pkg/mod.py": "def f():\n    return __name__\n"})
        again = self.worker_in(worker.project.path("code"), worker)
        self.assertEqual(again.call("f", file="code/pkg/mod.py"), "pkg.mod")

    def worker_in(self, folder: str, other):  # type: ignore[no-untyped-def]
        from client import Worker

        worker = Worker(other.project, {"python_folder": folder})
        self.addCleanup(worker.close)
        return worker

    def test_see_the_path_in_order(self) -> None:
        worker = self.worker(
            "import sys\ndef f():\n    return sys.path[:3]\n",
            {"plugins/p.py": ""},
            {"plugins_folder": "plugins"},
        )
        root = worker.project.root
        self.assertEqual(worker.call("f"), [root, os.path.join(root, "python"), os.path.join(root, "plugins")])

    def test_are_imported_once_also_by_first_calls_at_the_same_time(self) -> None:
        worker = self.worker("", {"lib/slow.py": "import time\nprint('imported')\ntime.sleep(0.2)\ndef f():\n    return 1\n"})
        with ThreadPoolExecutor(5) as pool:
            answers = list(pool.map(lambda _: worker.call("f", file="lib/slow.py"), range(5)))
        self.assertEqual(answers, [1] * 5)
        worker.close_pipe()
        worker.wait_end()
        self.assertEqual(worker.printed["stdout"], "imported\n")

    def test_that_failed_are_tried_again(self) -> None:
        worker = self.worker("import missing_thing\n")
        self.fails(worker, "f")
        worker.project.write("python/main.py", "def f():\n    return 1\n")
        self.assertEqual(worker.call("f"), 1)

    def test_that_end_themselves_fail_their_call_only(self) -> None:
        worker = self.worker("import sys\nsys.exit(4)\n", {"python/fine.py": "def f():\n    return 1\n"})
        self.assertIn("ended itself with sys.exit(4)", self.fails(worker, "f").text)
        self.assertEqual(worker.call("f", file="python/fine.py"), 1)

    def test_leave_no_bytecode_behind(self) -> None:
        worker = self.worker("def f():\n    return 1\n")
        worker.call("f")
        self.assertFalse(os.path.exists(worker.project.path("python/__pycache__")))


class StartImports(WorkerTest):
    files = {
        "python/b.py": "print('b')",
        "python/a.py": "print('a')",
        "python/sub/c.py": "print('sub.c')",
        "python/_skipped.py": "print('_skipped')",
        "python/sub/__init__.py": "",
        "python/.venv/lib.py": "print('venv')",
        "python/env/pyvenv.cfg": "",
        "python/env/lib.py": "print('env')",
        "python/broken.py": "import no_such_module_here",
        "python/syntax.py": "def f(:",
        "python/leaves.py": "import sys; sys.exit(1)",
    }

    def test_take_every_module_and_tell_of_failures(self) -> None:
        worker = self.worker("", self.files)
        failures = worker.request("import_modules", only_hooks=False)["failures"]
        path = worker.project.path
        self.assertEqual(
            failures,
            [
                {"file": path("python/broken.py"), "error": "ModuleNotFoundError: No module named 'no_such_module_here'"},
                {"file": path("python/leaves.py"), "error": "SystemExit: 1"},
                {"file": path("python/syntax.py"), "error": failures[2]["error"]},
            ],
        )
        self.assertIn("(syntax.py, line 1)", failures[2]["error"])
        worker.close_pipe()
        worker.wait_end()
        self.assertEqual(worker.printed["stdout"].split(), ["a", "b", "sub.c"])

    def test_tell_of_a_folder_that_they_cannot_read(self) -> None:
        # a module closes the folder, because the superuser may read whatever the modes say
        worker = self.worker(
            """
            import os
            scandir = os.scandir
            def guarded(path):
                if str(path).endswith("closed"):
                    raise PermissionError(13, "Permission denied", path)
                return scandir(path)
            os.scandir = guarded
            """,
            {"python/closed/a.py": "", "python/open/b.py": "print('open.b')"},
        )
        closed = worker.project.path("python/closed")
        self.assertEqual(
            worker.request("import_modules", only_hooks=False)["failures"],
            [{"file": closed, "error": f"PermissionError: [Errno 13] Permission denied: '{closed}'"}],
        )
        worker.close_pipe()
        worker.wait_end()
        self.assertEqual(worker.printed["stdout"].split(), ["open.b"])

    def test_of_hooks_only_take_modules_that_use_them(self) -> None:
        worker = self.worker(
            "",
            {
                "python/one.py": "print('one')\nfrom mxcp.runtime import on_init\n@on_init\ndef f(): pass\n",
                "python/two.py": "print('two')\nimport mxcp.runtime as r\n@r.on_shutdown\ndef f(): pass\n",
                "python/three.py": "print('three')  # on_init in a comment\n",
                "python/four.py": "print('four')\n",
            },
        )
        self.assertEqual(worker.request("import_modules", only_hooks=True)["failures"], [])
        worker.close_pipe()
        worker.wait_end()
        self.assertEqual(worker.printed["stdout"].split(), ["one", "two"])

    def test_run_in_the_main_thread(self) -> None:
        worker = self.worker("import signal\nsignal.signal(signal.SIGUSR1, lambda *_: None)\n")
        self.assertEqual(worker.request("import_modules", only_hooks=False)["failures"], [])


class Hooks(WorkerTest):
    source = """
        import asyncio
        from mxcp.runtime import on_init, on_shutdown, config, mcp
        log = []
        loops = set()
        @on_init
        def first(): log.append(["first", config.get_setting("project")])
        @on_init
        def broken(): raise ValueError("no database")
        @on_init
        async def second():
            await asyncio.sleep(0)
            await mcp.info("nobody listens")
            loops.add(id(asyncio.get_running_loop()))
            log.append(["second", None])
        @on_init
        def leaves(): raise SystemExit(1)
        @on_shutdown
        def last(): log.append(["last", config.get_setting("project")])
        @on_shutdown
        async def very_last(): log.append(["very last", None])
        def seen(): return log
        async def same_loop(): return id(asyncio.get_running_loop()) in loops
        """

    def test_run_in_order_with_a_context_and_tell_of_failures(self) -> None:
        worker = self.worker(self.source)
        worker.request("import_modules", only_hooks=False)
        failures = worker.request("run_hooks", which="init")["failures"]
        path = worker.project.path("python/main.py")
        self.assertEqual(failures[0], {"name": "main.broken", "error": f"ValueError: no database ({path}:9)"})
        self.assertEqual(failures[1]["name"], "main.leaves")
        self.assertEqual(worker.request("run_hooks", which="shutdown")["failures"], [])
        self.assertEqual(
            worker.call("seen"), [["first", "demo"], ["second", None], ["last", "demo"], ["very last", None]]
        )
        self.assertIs(worker.call("same_loop"), True)
        self.assertEqual(worker.noticed("notice"), [])

    def test_are_functions_still(self) -> None:
        worker = self.worker("from mxcp.runtime import on_init\n@on_init\ndef f():\n    return 5\n")
        self.assertEqual(worker.call("f"), 5)


if __name__ == "__main__":
    unittest.main()
