"""Content blocks of every kind that MCP knows."""

import base64
import struct

from mxcp.runtime import mcp

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
)


def _wave() -> bytes:
    """Eight samples of silence."""
    samples = bytes([128] * 8)
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8)
    data = struct.pack("<4sI", b"data", len(samples)) + samples
    return struct.pack("<4sI4s", b"RIFF", 4 + len(form) + len(data), b"WAVE") + form + data


def test_audio_content():
    return mcp.audio(_wave(), "audio/wav")


def test_embedded_resource():
    return mcp.resource(
        "test://embedded-resource",
        text="This is an embedded resource content.",
        mime_type="text/plain",
    )


def static_binary() -> bytes:
    return PIXEL
