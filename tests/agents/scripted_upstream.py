"""A provider that speaks chat, Responses, messages and Gemini by script, for an agent's tool loop: it asks the agent to run
one shell command, then answers with what the command printed. Written by hand, so that the gateway's encoders do not
judge themselves."""

import http.server
import json
import re
import threading

COMMAND = "echo agent-was-here > proof.txt && cat proof.txt"
FINAL = "The proof says: "


def shell_tool(tools):
    """(name, arguments) of a call that runs COMMAND with one of the offered tools; None when none can."""
    for name, schema in tools:
        properties = (schema or {}).get("properties") or {}
        key = next((k for k in ("command", "cmd") if k in properties), None)
        if key is None or not re.search("bash|shell|exec|terminal", name, re.IGNORECASE):
            continue
        is_list = str(properties[key].get("type", "")).lower() == "array"
        arguments = {key: ["bash", "-lc", COMMAND] if is_list else COMMAND}
        for required in (schema.get("required") or []):
            if required not in arguments:
                arguments[required] = "Write the proof" if properties[required].get("type") in ("string", "STRING") else False
        return name, arguments
    return None


class Turn:
    """What one request asks for, whatever its dialect."""

    def __init__(self, tools, result):
        self.call = shell_tool(tools) if result is None else None
        self.text = "ok" if result is None else FINAL + result


def flat(value):
    """All texts in a JSON value."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return " ".join(flat(v) for v in value.values())
    if isinstance(value, list):
        return " ".join(flat(v) for v in value)
    return ""


def sse(*events):
    out = ""
    for name, data in events:
        out += (f"event: {name}\n" if name else "") + f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n"
    return out


# --- one function a dialect: request body → (turn, reply for streams, reply for plain requests)

def chat(body):
    tools = [(t["function"]["name"], t["function"].get("parameters")) for t in body.get("tools") or []
             if t.get("type") == "function"]
    last = body["messages"][-1]
    turn = Turn(tools, flat(last["content"]) if last["role"] == "tool" else None)
    base = {"id": "chatcmpl-1", "created": 1, "model": body["model"]}
    if turn.call:
        call = {"id": "call_1", "type": "function",
                "function": {"name": turn.call[0], "arguments": json.dumps(turn.call[1])}}
        message, finish = {"role": "assistant", "content": None, "tool_calls": [call]}, "tool_calls"
        delta = {"role": "assistant", "content": None, "tool_calls": [{"index": 0, **call}]}
    else:
        message, finish = {"role": "assistant", "content": turn.text}, "stop"
        delta = message
    usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    chunk = {**base, "object": "chat.completion.chunk"}
    stream = sse(("", {**chunk, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}),
                 ("", {**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": finish}]}),
                 ("", {**chunk, "choices": [], "usage": usage}), ("", "[DONE]"))
    plain = {**base, "object": "chat.completion", "usage": usage,
             "choices": [{"index": 0, "message": message, "finish_reason": finish}]}
    return turn, stream, plain


def responses(body):
    tools = [(t["name"], t.get("parameters")) for t in body.get("tools") or [] if t.get("type") == "function"]
    items = body["input"] if isinstance(body["input"], list) else []
    last = items[-1] if items else {}
    turn = Turn(tools, flat(last.get("output")) if last.get("type") == "function_call_output" else None)
    if turn.call:
        item = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": turn.call[0],
                "arguments": json.dumps(turn.call[1]), "status": "completed"}
        middle = [("response.function_call_arguments.delta",
                   {"item_id": "fc_1", "output_index": 0, "delta": item["arguments"]}),
                  ("response.function_call_arguments.done",
                   {"item_id": "fc_1", "output_index": 0, "arguments": item["arguments"]})]
        begun = {**item, "arguments": "", "status": "in_progress"}
    else:
        part = {"type": "output_text", "text": turn.text, "annotations": []}
        item = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [part]}
        where = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
        middle = [("response.content_part.added", {**where, "part": {**part, "text": ""}}),
                  ("response.output_text.delta", {**where, "delta": turn.text}),
                  ("response.output_text.done", {**where, "text": turn.text}),
                  ("response.content_part.done", {**where, "part": part})]
        begun = {**item, "content": [], "status": "in_progress"}
    response = {"id": "resp_1", "object": "response", "created_at": 1, "model": body["model"], "status": "completed",
                "output": [item], "usage": {"input_tokens": 11, "output_tokens": 7, "total_tokens": 18}}
    started = {**response, "status": "in_progress", "output": [], "usage": None}
    events = [("response.created", {"response": started}),
              ("response.output_item.added", {"output_index": 0, "item": begun}), *middle,
              ("response.output_item.done", {"output_index": 0, "item": item}),
              ("response.completed", {"response": response})]
    return turn, sse(*((name, {"type": name, "sequence_number": i, **data}) for i, (name, data) in enumerate(events))), \
        response


def messages(body):
    tools = [(t["name"], t.get("input_schema")) for t in body.get("tools") or [] if t.get("input_schema")]
    content = body["messages"][-1]["content"]
    results = [b for b in content if b.get("type") == "tool_result"] if isinstance(content, list) else []
    turn = Turn(tools, flat(results[-1].get("content")) if results else None)
    usage = {"input_tokens": 11, "output_tokens": 7}
    if turn.call:
        block = {"type": "tool_use", "id": "toolu_1", "name": turn.call[0], "input": turn.call[1]}
        begun, delta = {**block, "input": {}}, {"type": "input_json_delta", "partial_json": json.dumps(turn.call[1])}
        stop = "tool_use"
    else:
        block = {"type": "text", "text": turn.text}
        begun, delta, stop = {"type": "text", "text": ""}, {"type": "text_delta", "text": turn.text}, "end_turn"
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": body["model"], "content": [block],
               "stop_reason": stop, "stop_sequence": None, "usage": usage}
    stream = sse(("message_start", {"type": "message_start", "message": {**message, "content": [], "stop_reason": None}}),
                 ("content_block_start", {"type": "content_block_start", "index": 0, "content_block": begun}),
                 ("content_block_delta", {"type": "content_block_delta", "index": 0, "delta": delta}),
                 ("content_block_stop", {"type": "content_block_stop", "index": 0}),
                 ("message_delta", {"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None},
                                    "usage": usage}),
                 ("message_stop", {"type": "message_stop"}))
    return turn, stream, message


def gemini(body):
    tools = [(f["name"], f.get("parametersJsonSchema") or f.get("parameters"))
             for tool in body.get("tools") or [] for f in tool.get("functionDeclarations") or []]
    answers = [p["functionResponse"] for p in body["contents"][-1]["parts"] if "functionResponse" in p]
    turn = Turn(tools, flat(answers[-1]["response"]) if answers else None)
    part = {"functionCall": {"name": turn.call[0], "args": turn.call[1]}} if turn.call else {"text": turn.text}
    reply = {"candidates": [{"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}],
             "usageMetadata": {"promptTokenCount": 11, "candidatesTokenCount": 7, "totalTokenCount": 18},
             "modelVersion": "gemini-2.5-pro", "responseId": "r1"}
    return turn, sse(("", reply)), reply


ROUTES = (("/chat/completions", chat), ("/responses", responses), ("/messages", messages))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        models = ["gpt-5", "gpt-5-mini", "claude-sonnet-4-5", "claude-opus-4-5", "claude-haiku-4-5", "gemini-2.5-pro",
                  "gemini-2.5-flash"]
        if "/v1beta" in self.path:
            reply = {"models": [{"name": f"models/{m}", "supportedGenerationMethods": ["generateContent"]} for m in models]}
        else:
            reply = {"object": "list", "has_more": False, "data": [{"id": m, "type": "model", "object": "model"} for m in models]}
        self.send(json.dumps(reply), "application/json")

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        path = self.path.split("?")[0]
        self.server.seen.append((path, body))
        if path.endswith(("count_tokens", ":countTokens", "input_tokens")):
            return self.send(json.dumps({"input_tokens": 99, "totalTokens": 99}), "application/json")
        answer = next((answer for end, answer in ROUTES if path.endswith(end)), gemini if "enerateContent" in path else None)
        if answer is None:
            return self.send('{"error":{"message":"no such path","type":"invalid_request_error"}}', "application/json", 404)
        _, stream, plain = answer(body)
        if body.get("stream") or ":stream" in path:
            return self.send(stream, "text/event-stream")
        return self.send(json.dumps(plain), "application/json")

    def send(self, text, kind, status=200):
        data = text.encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class ScriptedUpstream:
    def __init__(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.seen = []
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def origin(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    @property
    def paths(self):
        return [path for path, _ in self.server.seen]

    def forget(self):
        self.server.seen.clear()
