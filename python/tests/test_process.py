from __future__ import annotations

import os
import signal
import time
import unittest
from queue import Empty

from base import WorkerTest
from client import Project, Worker


class Process(WorkerTest):
    def test_says_who_it_is(self) -> None:
        worker = self.worker()
        self.assertEqual(worker.configured["pid"], worker.process.pid)
        self.assertRegex(worker.configured["python"], r"^3\.\d+\.\d+")

    def test_refuses_another_protocol(self) -> None:
        project = Project({})
        worker = Worker(project, configured=False)
        self.addCleanup(project.close)
        self.addCleanup(worker.close)
        with self.assertRaisesRegex(Exception, "protocol"):
            worker.configure(protocol=2)

    def test_exits_when_told(self) -> None:
        worker = self.worker(
            "import atexit, threading, time\natexit.register(print, 'bye')\n"
            "threading.Thread(target=time.sleep, args=(60,)).start()\n"
        )
        worker.request("import_modules", only_hooks=False)
        worker.send("exit")
        self.assertEqual(worker.wait_end(), 0)
        self.assertEqual(worker.printed["stdout"], "bye\n")

    def test_ends_at_once_when_the_server_is_gone(self) -> None:
        worker = self.worker(
            "import time\ndef f():\n    while True:\n        pass\nasync def g():\n    time.sleep(60)\n"
        )
        worker.begin_call("f")
        worker.begin_call("g")
        time.sleep(0.3)
        begun = time.monotonic()
        worker.close_pipe()
        self.assertEqual(worker.wait_end(), 0)
        self.assertLess(time.monotonic() - begun, 5)

    def test_ends_when_it_cannot_read_a_message(self) -> None:
        for line in (b"no json\n", b'{"type":"nonsense","id":1}\n'):
            worker = self.worker()
            worker.write(line)
            self.assertEqual(worker.wait_end(), 3)
            self.assertIn("cannot go on", worker.printed["stderr"])

    def test_is_not_ended_by_signals_to_the_whole_group(self) -> None:
        worker = self.worker("def f(): return 1")
        for number in (signal.SIGINT, signal.SIGTERM):
            os.kill(worker.process.pid, number)
        time.sleep(0.2)
        self.assertEqual(worker.call("f"), 1)

    def test_dies_with_os_exit(self) -> None:
        worker = self.worker("import os\ndef f(): os._exit(9)\n")
        worker.begin_call("f")
        self.assertEqual(worker.wait_end(), 9)


class Output(WorkerTest):
    def test_of_print_is_captured_and_leaves_the_protocol_alone(self) -> None:
        worker = self.worker(
            "import os, sys\ndef f():\n    print('noise')\n    sys.stderr.write('err\\n')\n    os.write(1, b'raw\\n')\n    return 'quiet'\n"
        )
        self.assertEqual(worker.call("f"), "quiet")
        worker.close_pipe()
        worker.wait_end()
        self.assertEqual(worker.printed, {"stdout": "noise\nraw\n", "stderr": "err\n"})

    def test_that_nobody_takes_blocks_only_who_prints(self) -> None:
        project = Project(
            {"python/main.py": "def flood():\n    while True:\n        print('x' * 10000)\nasync def f(): return 1\ndef g(): return 2\n"}
        )
        self.addCleanup(project.close)
        capture = Worker._capture
        try:
            Worker._capture = lambda self, name: None  # type: ignore[method-assign]
            worker = Worker(project)
        finally:
            Worker._capture = capture  # type: ignore[method-assign]
        self.addCleanup(worker.close)
        worker.begin_call("flood")
        time.sleep(0.2)
        self.assertEqual((worker.call("f"), worker.call("g")), (1, 2))

    def test_input_is_at_its_end(self) -> None:
        worker = self.worker("def f():\n    try:\n        return input()\n    except EOFError:\n        return 'end'\n")
        self.assertEqual(worker.call("f"), "end")


class Descriptors(WorkerTest):
    source = """
        import json, multiprocessing, os, subprocess, sys
        def inherited():
            code = (
                "import os, json; fds = '/proc/self/fd/'; "
                "print(json.dumps([os.readlink(fds + n) for n in os.listdir(fds) if os.path.islink(fds + n)]))"
            )
            return json.loads(subprocess.run([sys.executable, "-c", code], close_fds=False, capture_output=True).stdout)
        def close_all():
            os.closerange(3, 60)
            return "closed"
        def spoil():
            for number in (3, 4):
                try:
                    os.write(number, b"spoilt\\n")
                except OSError:
                    pass
            return "fine"
        def child(queue):
            from mxcp.runtime import config, db
            try:
                db.execute("x")
            except RuntimeError as error:
                queue.put(str(error))
        def forks():
            context = multiprocessing.get_context("fork")
            queue = context.Queue()
            process = context.Process(target=child, args=(queue,))
            process.start()
            answer = queue.get(timeout=20)
            process.join()
            return answer
        def terminates():
            import time
            process = multiprocessing.get_context("fork").Process(target=time.sleep, args=(60,))
            process.start()
            time.sleep(0.2)
            process.terminate()
            process.join()
            return process.exitcode
        def forgets_to_exit():
            return "child" if os.fork() == 0 else "parent"
        """

    @unittest.skipUnless(os.path.isdir("/proc/self/fd"), "needs /proc")
    def test_are_not_inherited(self) -> None:
        worker = self.worker(self.source)
        inherited = worker.call("inherited")
        self.assertGreaterEqual(len(inherited), 3)
        for descriptor in (worker.to_descriptor, worker.from_descriptor):
            self.assertNotIn(os.readlink(f"/proc/self/fd/{descriptor}"), inherited)

    def test_are_out_of_the_way(self) -> None:
        worker = self.worker(self.source)
        self.assertEqual(worker.call("spoil"), "fine")
        self.assertEqual(worker.call("close_all"), "closed")

    def test_do_not_work_in_forked_processes(self) -> None:
        worker = self.worker(self.source)
        self.assertIn("forked process", worker.call("forks"))
        self.assertEqual(worker.call("terminates"), -signal.SIGTERM)
        self.assertEqual([worker.call("forgets_to_exit") for _ in range(3)], ["parent"] * 3)


class Pings(WorkerTest):
    CODE = """
        import time
        def nap(seconds): time.sleep(seconds)
        async def block(seconds): time.sleep(seconds)
    """

    def arrives(self, worker: Worker, within: float) -> bool:
        ping = worker.begin("ping")
        try:
            ping.arrived.get(timeout=within)
            return True
        except Empty:
            return False

    def test_are_answered_ahead_of_calls_that_wait_for_a_thread(self) -> None:
        worker = self.worker(self.CODE)
        for _ in range(400):
            worker.begin_call("nap", {"seconds": 0.5})
        self.assertTrue(self.arrives(worker, 5))

    def test_are_not_answered_while_the_event_loop_is_held(self) -> None:
        worker = self.worker(self.CODE)
        self.assertTrue(self.arrives(worker, 5))
        worker.begin_call("block", {"seconds": 2})
        time.sleep(0.3)
        self.assertFalse(self.arrives(worker, 1))

    def test_of_the_reader_are_answered_while_everything_else_is_held(self) -> None:
        worker = self.worker(self.CODE)
        worker.begin_call("block", {"seconds": 2})
        for _ in range(50):
            worker.begin_call("nap", {"seconds": 2})
        time.sleep(0.3)
        worker.begin("ping", only_reader=True).arrived.get(timeout=1)

    def test_are_not_answered_while_every_thread_is_held(self) -> None:
        worker = self.worker(self.CODE)
        for _ in range(50):
            worker.begin_call("nap", {"seconds": 3})
        time.sleep(0.3)
        self.assertFalse(self.arrives(worker, 1))


if __name__ == "__main__":
    unittest.main()
