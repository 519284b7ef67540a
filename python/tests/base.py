from __future__ import annotations

import unittest
from typing import Any, Optional

from client import Message, Project, Worker, WorkerError


class WorkerTest(unittest.TestCase):
    """Starts workers that end with the test."""

    def worker(
        self, main: str = "", files: Optional[dict[str, str]] = None, configure: Optional[Message] = None
    ) -> Worker:
        project = Project({"python/main.py": main, **(files or {})})
        if configure and "plugins_folder" in configure:
            configure = {**configure, "plugins_folder": project.path(configure["plugins_folder"])}
        worker = Worker(project, configure)
        self.addCleanup(project.close)
        self.addCleanup(worker.close)
        return worker

    def fails(self, worker: Worker, name: Optional[str], arguments: Any = None, **members: Any) -> WorkerError:
        with self.assertRaises(WorkerError) as caught:
            worker.call(name, arguments, **members)
        return caught.exception
