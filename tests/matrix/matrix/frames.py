"""Streams taken apart: server-sent events, or one JSON array."""

import json


def events(text):
    """(event name, decoded data) of each event of a stream; "[DONE]" comes as a string."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    stripped = text.lstrip()
    if stripped.startswith("[") and not stripped.startswith("[DONE]"):
        return [("", element) for element in json.loads(stripped)]
    if stripped.startswith("{"):
        return [("", json.loads(stripped))]
    found = []
    for block in text.split("\n\n"):
        name, data = "", []
        for line in block.split("\n"):
            if line.startswith("data:"):
                data.append(line[5:].removeprefix(" "))
            elif line.startswith("event:"):
                name = line[6:].strip()
        payload = "\n".join(data)
        if payload:
            found.append((name, payload if payload.strip() == "[DONE]" else json.loads(payload)))
    return found


def is_stream(text):
    stripped = text.lstrip()
    return not stripped.startswith("{")
