from __future__ import annotations

from typing import Optional

from ..plugins import MXCPBasePlugin
from .._worker.execution import require


class Plugins:
    def get(self, name: str) -> Optional[MXCPBasePlugin]:
        """A plugin by its name, to call any of its methods; None if there is none.

        :raises RuntimeError: outside endpoint code
        """
        return require()._services.plugins.get(name)

    def list(self) -> list[str]:
        """The plugins' names, as in the site file.

        :raises RuntimeError: outside endpoint code
        """
        return [*require()._services.plugins]
