"""Changes of what this server offers, written to its own definition files."""

import time
from pathlib import Path

from mxcp.runtime import reload_duckdb

ROOT = Path(__file__).parent.parent


def test_trigger_tool_change() -> str:
    (ROOT / "tools" / "changing_tool.yml").write_text(
        f"""mxcp: 1
tool:
  name: changing_tool
  description: Last changed at {time.time_ns()}
  source:
    code: SELECT 1
"""
    )
    reload_duckdb(description="the list of tools changes")
    return "The tools change"


def test_trigger_prompt_change() -> str:
    (ROOT / "prompts" / "changing_prompt.yml").write_text(
        f"""mxcp: 1
prompt:
  name: changing_prompt
  description: Last changed at {time.time_ns()}
  messages:
    - prompt: Hello
"""
    )
    reload_duckdb(description="the list of prompts changes")
    return "The prompts change"
