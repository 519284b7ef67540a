"""Questions to the client."""

import json

from mxcp.runtime import mcp


def _form(title: str, **properties) -> dict:
    return {"type": "object", "title": title, "properties": properties, "required": list(properties)}


def _question(text: str, max_tokens: int) -> dict:
    return {
        "messages": [{"role": "user", "content": {"type": "text", "text": text}}],
        "maxTokens": max_tokens,
    }


async def test_sampling(prompt: str) -> str:
    answer = await mcp.sample(_question(prompt, 100))
    return f"LLM response: {answer['content']['text']}"


async def test_streaming_elicitation() -> str:
    await mcp.progress(1, 2)
    answer = await mcp.elicit("Go on?", _form("Go on", ok={"type": "boolean"}))
    await mcp.progress(2, 2)
    return json.dumps(answer)


async def test_input_required_result_sampling() -> str:
    answer = await mcp.sample(_question("What is the capital of France?", 100))
    return answer["content"]["text"]


async def test_input_required_result_list_roots() -> str:
    answer = await mcp.roots()
    return json.dumps(answer)


async def test_input_required_result_multi_round() -> str:
    name = await mcp.elicit("Step 1: What is your name?", _form("Step 1", name={"type": "string"}))
    color = await mcp.elicit(
        "Step 2: What is your favorite color?", _form("Step 2", color={"type": "string"})
    )
    return json.dumps([name, color])
