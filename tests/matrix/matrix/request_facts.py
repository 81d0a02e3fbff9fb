"""What a request says, read from a dialect's own JSON and independent of the gateway's code: system text, turns, tool
calls and results, media, tools, choice, output format, limits."""

import dataclasses
import json

from .reply_facts import arguments, pick


@dataclasses.dataclass
class Facts:
    system: str = ""
    turns: list = dataclasses.field(default_factory=list)  # [role, text], neighbours of one role joined
    calls: list = dataclasses.field(default_factory=list)  # [name, arguments]
    results: list = dataclasses.field(default_factory=list)  # texts, in order
    media: dict = dataclasses.field(default_factory=dict)  # kind → number
    tools: list = dataclasses.field(default_factory=list)  # names of functions
    choice: str = ""  # auto, none, required, the name of a tool
    schema: bool = False
    json_mode: bool = False
    limit: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    stop: list = dataclasses.field(default_factory=list)
    stream: bool = False

    def say(self, role, text):
        if not text:
            return
        if self.turns and self.turns[-1][0] == role:
            self.turns[-1][1] += text
        else:
            self.turns.append([role, text])

    def medium(self, kind):
        self.media[kind] = self.media.get(kind, 0) + 1


def flat(content, text_keys=("text",)):
    """The text of a string or of a list of parts."""
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if isinstance(content, dict):
        content = [content]
    return "".join(next((part[key] for key in text_keys if isinstance(part.get(key), str)), "")
                   for part in content if isinstance(part, dict))


def chat(body):
    facts, started = Facts(stream=bool(body.get("stream"))), False
    for message in body.get("messages", []):
        role = message["role"]
        content = message.get("content")
        if role in ("system", "developer") and not started:
            facts.system += flat(content)
            continue
        started = True
        if role in ("tool", "function"):
            facts.results.append(flat(content))
            continue
        chat_content(facts, "system" if role in ("system", "developer") else role, content)
        legacy = message.get("function_call")
        for call in message.get("tool_calls") or ([{"function": legacy}] if legacy else []):
            detail = call.get("function") or call.get("custom")
            text = detail.get("arguments") if "arguments" in detail else json.dumps({"input": detail.get("input")})
            facts.calls.append([detail["name"], arguments(text)])
    functions = [tool.get("function") or tool.get("custom") for tool in body.get("tools") or []
                 if tool.get("type") in ("function", "custom")] + list(body.get("functions") or [])
    facts.tools = [function["name"] for function in functions]
    facts.choice = chat_choice(body.get("tool_choice", body.get("function_call")))
    form = (body.get("response_format") or {}).get("type")
    facts.schema, facts.json_mode = form == "json_schema", form == "json_object"
    facts.limit = body.get("max_completion_tokens", body.get("max_tokens"))
    stop = body.get("stop")
    facts.stop = [stop] if isinstance(stop, str) else list(stop or [])
    facts.temperature, facts.top_p = body.get("temperature"), body.get("top_p")
    return facts


def completions(body):
    facts, prompt = Facts(stream=bool(body.get("stream"))), body.get("prompt")
    facts.say("user", prompt[0] if isinstance(prompt, list) and len(prompt) == 1 else prompt)
    stop = body.get("stop")
    facts.limit, facts.stop = body.get("max_tokens"), [stop] if isinstance(stop, str) else list(stop or [])
    facts.temperature, facts.top_p = body.get("temperature"), body.get("top_p")
    return facts


def chat_choice(choice):
    if not isinstance(choice, dict):
        return choice or ""
    if choice.get("type") == "allowed_tools":
        return (choice.get("allowed_tools") or choice).get("mode", "")
    return (choice.get("function") or choice.get("custom") or choice).get("name", "")


def chat_content(facts, role, content):
    facts.say(role, flat(content))
    for part in content if isinstance(content, list) else []:
        kind = {"image_url": "image", "input_audio": "audio", "file": "document"}.get(part.get("type"))
        if kind:
            facts.medium(kind)


# Items that bring tools into the conversation.
TOOL_ITEMS = ("additional_tools", "tool_search_output")


def responses(body):
    facts, started = Facts(stream=bool(body.get("stream")), system=flat(body.get("instructions"))), False
    items = body.get("input")
    for item in [{"role": "user", "content": items}] if isinstance(items, str) else items or []:
        kind = item.get("type") or "message"
        if kind == "message":
            role = item["role"]
            if role in ("system", "developer") and not started:
                facts.system += flat(item.get("content"))
                continue
            started = True
            responses_content(facts, "system" if role in ("system", "developer") else role, item.get("content"))
        elif kind in ("function_call", "custom_tool_call"):
            started = True
            text = item.get("arguments") if kind == "function_call" else json.dumps({"input": item.get("input")})
            facts.calls.append([item["name"], arguments(text)])
        elif kind in ("function_call_output", "custom_tool_call_output"):
            output = item.get("output")
            facts.results.append(flat(output))
            for part in output if isinstance(output, list) else []:
                responses_medium(facts, part)
    loaded = [tool for item in (items if isinstance(items, list) else []) if item.get("type") in TOOL_ITEMS
              for tool in item.get("tools") or []]
    for tool in list(body.get("tools") or []) + loaded:
        if tool["type"] in ("function", "custom"):
            facts.tools += [] if tool["name"] in facts.tools else [tool["name"]]
        elif tool["type"] == "namespace":
            facts.tools += [f"{tool['name']}__{inner['name']}" for inner in tool.get("tools") or []]
    choice = body.get("tool_choice")
    if isinstance(choice, dict):
        facts.choice = choice.get("mode") or choice.get("name") or ""
    else:
        facts.choice = choice or ""
    form = ((body.get("text") or {}).get("format") or {}).get("type")
    facts.schema, facts.json_mode = form == "json_schema", form == "json_object"
    facts.limit = body.get("max_output_tokens")
    facts.temperature, facts.top_p = body.get("temperature"), body.get("top_p")
    return facts


def responses_medium(facts, part):
    kind = {"input_image": "image", "input_audio": "audio", "input_file": "document"}.get(part.get("type"))
    if kind:
        facts.medium(kind)


def responses_content(facts, role, content):
    facts.say(role, flat(content, ("text", "refusal")))
    for part in content if isinstance(content, list) else []:
        responses_medium(facts, part)


# Anthropic's tools that the client runs: functions with a known schema elsewhere (TRANSLATION row 23).
CLIENT_TOOLS = ("bash_", "text_editor_", "memory_")


def messages(body):
    facts, started = Facts(stream=bool(body.get("stream")), system=flat(body.get("system"))), False
    for message in body.get("messages", []):
        content = message["content"]
        if message["role"] == "system" and not started:
            facts.system += flat(content)
            continue
        started = True
        for block in [{"type": "text", "text": content}] if isinstance(content, str) else content:
            messages_block(facts, message["role"], block)
    facts.tools = [tool["name"] for tool in body.get("tools") or []
                   if tool.get("type", "custom").startswith(("custom",) + CLIENT_TOOLS)]
    choice = body.get("tool_choice") or {}
    facts.choice = {"any": "required", "tool": choice.get("name")}.get(choice.get("type"), choice.get("type") or "")
    facts.schema = ((body.get("output_config") or {}).get("format") or body.get("output_format") or {}).get(
        "type") == "json_schema"
    facts.limit, facts.stop = body.get("max_tokens"), list(body.get("stop_sequences") or [])
    facts.temperature, facts.top_p = body.get("temperature"), body.get("top_p")
    return facts


def messages_block(facts, role, block):
    kind = block.get("type")
    if kind == "text":
        facts.say(role, block["text"])
    elif kind in ("image", "document"):
        facts.medium(kind)
    elif kind == "tool_use":
        facts.calls.append([block["name"], block["input"]])
    elif kind == "tool_result":
        facts.results.append(flat(block.get("content")))
        for part in block.get("content") if isinstance(block.get("content"), list) else []:
            if part.get("type") in ("image", "document"):
                facts.medium(part["type"])


MIME = {"image": "image", "audio": "audio", "video": "video"}


def gemini(body):
    facts = Facts()
    facts.system = gemini_text(pick(body, "systemInstruction", "system_instruction"))
    contents = body.get("contents")
    for content in contents if isinstance(contents, list) else [contents]:
        for part in (content or {}).get("parts") or []:
            gemini_part(facts, "assistant" if content.get("role") == "model" else "user", part)
    for tool in body.get("tools") or []:
        facts.tools += [f["name"] for f in pick(tool, "functionDeclarations", "function_declarations") or []]
    calling = pick(pick(body, "toolConfig", "tool_config") or {}, "functionCallingConfig", "function_calling_config") or {}
    names = pick(calling, "allowedFunctionNames", "allowed_function_names") or []
    mode = str(calling.get("mode", "")).upper()
    facts.choice = names[0] if mode == "ANY" and len(names) == 1 else {
        "ANY": "required", "VALIDATED": "auto"}.get(mode, mode.lower())
    config = pick(body, "generationConfig", "generation_config") or {}
    schema = pick(config, "responseSchema", "response_schema", "responseJsonSchema", "response_json_schema")
    facts.schema = schema is not None
    facts.json_mode = schema is None and pick(config, "responseMimeType", "response_mime_type") == "application/json"
    facts.limit = pick(config, "maxOutputTokens", "max_output_tokens")
    facts.stop = list(pick(config, "stopSequences", "stop_sequences") or [])
    facts.temperature, facts.top_p = config.get("temperature"), pick(config, "topP", "top_p")
    return facts


def gemini_text(content):
    if isinstance(content, str):
        return content
    return flat((content or {}).get("parts"))


def gemini_part(facts, role, part):
    call, answer = pick(part, "functionCall", "function_call"), pick(part, "functionResponse", "function_response")
    data = pick(part, "inlineData", "inline_data", "fileData", "file_data")
    if call is not None:
        facts.calls.append([call["name"], call.get("args") or {}])
    elif answer is not None:
        response = answer.get("response")
        values = list(response.values()) if isinstance(response, dict) else [response]
        facts.results.append(values[0] if len(values) == 1 and isinstance(values[0], str) else json.dumps(response))
        for inner in answer.get("parts") or []:
            gemini_part(facts, role, inner)
    elif data is not None:
        mime = pick(data, "mimeType", "mime_type") or ""
        facts.medium(MIME.get(mime.split("/")[0], "document"))
    elif isinstance(part.get("text"), str) and not part.get("thought"):
        facts.say(role, part["text"])


READERS = {"chat": chat, "completions": completions, "responses": responses, "messages": messages, "gemini": gemini}


def read(dialect, body):
    return READERS[dialect](body)
