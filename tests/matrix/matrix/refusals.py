"""Requests that must be refused, found in the recorded request itself: what has no word at the target, and is too much to
be left out. Each rule names the row of the decisions that it proves."""

OPENAI_FILES = ("file_id", "container_upload")


def walk(value):
    """Every object in a JSON value."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)


def pick(node, *names):
    return next((node[name] for name in names if node.get(name) is not None), None)


def media_type(node):
    """Of Gemini's inlineData or fileData; a video site has none."""
    medium = pick(node, "inlineData", "inline_data", "fileData", "file_data")
    if not isinstance(medium, dict):
        return ""
    uri = str(pick(medium, "fileUri", "file_uri") or "")
    known = str(pick(medium, "mimeType", "mime_type") or "")
    return known or ("video/*" if "youtu" in uri else "")


def sends(body, kind):
    return any(node.get("type") in (f"input_{kind}", kind) or media_type(node).startswith(kind + "/") for node in walk(body))


def names_file(body):
    for node in walk(body):
        uri = str(pick(node, "fileUri", "file_uri") or "")
        if isinstance(node.get("file_id"), str) or node.get("type") == "container_upload" or "/files/" in uri:
            return True
    return bool(pick(body, "cachedContent", "cached_content", "container"))


def asks_json(body):
    """"schema", "object" or nothing."""
    config = pick(body, "generationConfig", "generation_config") or {}
    form = pick(body, "response_format") or (body.get("text") or {}).get("format") or (
        body.get("output_config") or {}).get("format") or body.get("output_format") or {}
    kind = form.get("type", "")
    if kind == "json_schema" or pick(config, "responseSchema", "responseJsonSchema", "response_schema",
                                     "response_json_schema"):
        return "schema"
    json_mode = kind == "json_object" or "json" in str(pick(config, "responseMimeType", "response_mime_type") or "")
    return "object" if json_mode else ""


def has_functions(body):
    return any(tool.get("type", "function") in ("function", "custom") or pick(
        tool, "functionDeclarations", "function_declarations", "input_schema") for tool in body.get("tools") or [])


def turns(body):
    return pick(body, "messages", "contents") or (body["input"] if isinstance(body.get("input"), list) else [])


def ends_with_assistant(body):
    last = turns(body)[-1] if turns(body) else {}
    return last.get("role") in ("assistant", "model") and last.get("type", "message") == "message"


def only_system(body):
    return bool(turns(body)) and all(turn.get("role") in ("system", "developer") for turn in turns(body))


def empty_turns(body):
    return any(not (turn.get("parts") or turn.get("content")) for turn in turns(body))


def foreign_document(body):
    for node in walk(body):
        if node.get("type") in ("input_file", "file", "document"):
            return True
    return "pdf" in str(body)


def asks_logprobs(body):
    config = pick(body, "generationConfig", "generation_config") or {}
    return bool(pick(body, "logprobs", "top_logprobs") or pick(config, "responseLogprobs", "response_logprobs")
                or "message.output_text.logprobs" in (body.get("include") or []))


def several(body):
    return (body.get("n") or 1) > 1


def odd_prompt(body):
    prompt = body.get("prompt")
    return isinstance(prompt, list) and len(prompt) > 1 or bool(pick(body, "echo", "suffix")) or (body.get("best_of") or 1) > 1


def other_output(body):
    config = pick(body, "generationConfig", "generation_config") or {}
    wanted = pick(body, "modalities") or pick(config, "responseModalities", "response_modalities") or []
    return any(kind.lower() != "text" for kind in wanted)


def kept_state(body):
    state = any(body.get(name) for name in ("background", "conversation", "prompt", "previous_response_id"))
    return state or any(node.get("type") in ("item_reference", "compaction") for node in walk(body.get("input")))


def demands_other_tool(body):
    choice = body.get("tool_choice")
    return isinstance(choice, dict) and choice.get("type") not in ("function", "tool", "auto", "any", "none", "custom")


def recursive(body):
    return '"$ref": "#"' in str(body).replace("'", '"') or "$defs" in str(body)


# (row, condition, upstreams that it holds for)
ALL = {"chat", "responses", "messages", "gemini"}
RULES = [
    (5, several, {"responses", "messages"}),
    (5, odd_prompt, ALL),
    (6, asks_logprobs, ALL),
    (7, lambda body: several(body) and len(body.get("stop") or []) > 0, {"chat"}),
    (11, empty_turns, {"chat"}),
    (14, kept_state, ALL),
    (15, names_file, ALL),
    (16, only_system, {"messages", "gemini"}),
    (17, ends_with_assistant, {"chat", "responses", "gemini"}),
    (18, lambda body: asks_json(body) == "object" and has_functions(body), {"messages"}),
    (18, lambda body: asks_json(body) and has_functions(body), {"gemini"}),
    (19, lambda body: asks_json(body) == "schema" and recursive(body), ALL),
    (23, demands_other_tool, ALL),
    (25, other_output, ALL),
    (25, lambda body: sends(body, "audio"), {"chat", "responses", "messages"}),
    (25, lambda body: sends(body, "video"), {"chat", "responses", "messages"}),
    (25, foreign_document, ALL),
]


def row_for(record, upstream):
    """The row by which the request may be refused there; None when nothing in it is a reason."""
    return next((row for row, condition, upstreams in RULES
                 if upstream in upstreams and upstream != record.dialect and condition(record.body)), None)
