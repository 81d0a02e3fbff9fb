"""Recorded exchanges, as the matrix reads them. The recordings' own README describes their format."""

import json
import os
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[3]
GENERATION = {
    "chat.completions": "chat",
    "openai_compat.chat.completions": "chat",
    "completions": "completions",
    "responses": "responses",
    "messages": "messages",
    "generateContent": "gemini",
    "streamGenerateContent": "gemini",
}


def folder():
    """Where recordings lie; None when there are none."""
    path = pathlib.Path(os.environ.get("AG_RECORDINGS_DIR", ROOT.parent / "shared" / "recordings"))
    return path if (path / "open" / "INDEX.json").exists() else None


class Record:
    """One exchange of a generation API. `dialect` is its wire format."""

    def __init__(self, entry, base):
        self.id, self.status, self.stream = entry["id"], entry["status"], entry["stream"]
        self.features = set(entry["features"])
        self.provider, self.dialect = entry["provider"], GENERATION[entry["api"]]
        data = json.loads((base / "open" / entry["file"]).read_text())
        self.request, response = data.get("request"), data["response"]
        self.reply_text = text_of(response)
        self.reply_body = response.get("body")
        self.content_type = (response.get("headers") or {}).get("content-type", "")

    @property
    def body(self):
        """The request's body as JSON; None when there is none."""
        return None if self.request is None else self.request.get("body")

    @property
    def request_text(self):
        return text_of(self.request)

    @property
    def model(self):
        path = (self.request or {}).get("path", "")
        named = re.search(r"/models/([^:/?]+)", path)
        return named.group(1) if named else (self.body or {}).get("model", "")

    @property
    def framing(self):
        """How the client asked for its reply."""
        if not self.stream:
            return "none"
        if self.dialect != "gemini":
            return "sse"
        return "sse" if "alt=sse" in (self.request or {}).get("path", "alt=sse") else "array"


def text_of(message):
    if message is None:
        return ""
    if message.get("body_text") is not None:
        return message["body_text"]
    body = message.get("body")
    return "" if body is None else json.dumps(body, ensure_ascii=False)


def generation_records(base):
    index = json.loads((base / "open" / "INDEX.json").read_text())
    return [Record(entry, base) for entry in index if entry["api"] in GENERATION]
