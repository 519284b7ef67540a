from __future__ import annotations

from typing import Any, Optional

from .._worker.execution import current, require


class Config:
    """The project's configuration, for the active profile, references resolved."""

    def get_secret(self, name: str) -> Optional[dict[str, Any]]:
        """The parameters of a secret; `{}` if it has none, None if there is no such secret.

        :raises RuntimeError: outside endpoint code
        """
        return require()._services.settings.secret(name)

    def get_setting(self, key: str, default: Any = None) -> Any:
        """A value of the site file, or its default; dots in the key lead into mappings.

        :raises RuntimeError: outside endpoint code
        """
        return require()._services.settings.setting(key, default)

    @property
    def site_config(self) -> Optional[dict[str, Any]]:
        """The site file; None outside endpoint code."""
        execution = current.get()
        return None if execution is None else execution._services.settings.site_config

    @property
    def user_config(self) -> Optional[dict[str, Any]]:
        """The user file; None outside endpoint code."""
        execution = current.get()
        return None if execution is None else execution._services.settings.user_config
