"""What a reply says, read from a dialect's own bytes and independent of the gateway's code: texts, tool calls, ends,
usage, citations, errors. One reader for each dialect, for streams and plain bodies alike."""

import dataclasses
import json
import re

from . import frames

ENDS = {
    "stop": "end", "end_turn": "end", "stop_sequence": "end", "pause_turn": "end", "STOP": "end", "completed": "end",
    "length": "length", "max_tokens": "length", "MAX_TOKENS": "length", "max_output_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_calls": "tool", "tool_use": "tool", "function_call": "tool",
    "content_filter": "refusal", "refusal": "refusal", "SAFETY": "refusal", "RECITATION": "refusal",
    "BLOCKLIST": "refusal", "PROHIBITED_CONTENT": "refusal", "SPII": "refusal", "IMAGE_SAFETY": "refusal",
}
GOOGLE_ENUM = {1: "STOP", 2: "MAX_TOKENS", 3: "SAFETY", 4: "RECITATION", 5: "OTHER", 6: "BLOCKLIST",
               7: "PROHIBITED_CONTENT", 8: "SPII", 9: "MALFORMED_FUNCTION_CALL", 11: "IMAGE_SAFETY"}


@dataclasses.dataclass
class Choice:
    text: str = ""
    reasoning: str = ""
    refusal: str = ""
    calls: list = dataclasses.field(default_factory=list)  # [name, arguments], CUSTOM behind it until it is settled
    end: str = ""
    raw_end: str = ""


@dataclasses.dataclass
class Facts:
    choices: dict = dataclasses.field(default_factory=dict)
    usage: dict = dataclasses.field(default_factory=dict)  # input, output, cached, reasoning; absent = not said
    citations: list = dataclasses.field(default_factory=list)  # URLs in order
    sources: set = dataclasses.field(default_factory=set)  # Gemini: what citationMetadata named already
    error: dict | None = None
    other: set = dataclasses.field(default_factory=set)  # kinds of content that are none of the above
    done: bool = False  # the dialect's end was seen
    torn: bool = False  # the stream's end repeats a text or a call otherwise than its deltas said it

    def choice(self, index=0):
        return self.choices.setdefault(index, Choice())

    def finish(self, raw, index=0):
        choice = self.choice(index)
        choice.raw_end, choice.end = raw, ENDS.get(raw, "other")


# Marks a call of a custom tool: elsewhere a function with one string `input`.
CUSTOM = "custom"


def arguments(text):
    """A call's arguments as a value; text that is no JSON stays text."""
    if not isinstance(text, str):
        return text
    if not text.strip():
        return {}
    try:
        return json.loads(text)
    except ValueError:
        return text


def settle(facts):
    """A tool call and a refusal are ends of their own kind, whatever the dialect calls them."""
    for choice in facts.choices.values():
        choice.calls = [[name, {"input": text} if custom else arguments(text)]
                        for name, text, *custom in choice.calls]
        if choice.calls and choice.end == "end":
            choice.end = "tool"
        if choice.refusal and not choice.text and choice.end == "end":
            choice.end = "refusal"
    return facts


def say(facts, key, value):
    if isinstance(value, int) and not isinstance(value, bool):
        facts.usage[key] = value


# --- OpenAI chat and completions

def chat_usage(facts, usage):
    if not isinstance(usage, dict):
        return
    say(facts, "input", usage.get("prompt_tokens"))
    say(facts, "output", usage.get("completion_tokens"))
    say(facts, "cached", (usage.get("prompt_tokens_details") or {}).get("cached_tokens"))
    say(facts, "reasoning", (usage.get("completion_tokens_details") or {}).get("reasoning_tokens"))


def chat_text(content):
    if isinstance(content, list):
        return "".join(part.get("text") or "" for part in content if isinstance(part, dict))
    return content or ""


def chat_message(facts, index, message, calls):
    choice = facts.choice(index)
    choice.text += chat_text(message.get("content"))
    choice.refusal += message.get("refusal") or ""
    choice.reasoning += message.get("reasoning_content") or (
        message["reasoning"] if isinstance(message.get("reasoning"), str) else "")
    if message.get("audio"):
        facts.other.add("audio")
    for note in message.get("annotations") or []:
        if note.get("type") == "url_citation":
            facts.citations.append(note["url_citation"]["url"])
    legacy = message.get("function_call")
    for position, call in enumerate(message.get("tool_calls") or ([{"function": legacy}] if legacy else [])):
        key = (index, call.get("index", position))
        entry = calls.get(key)
        if entry is None:
            entry = calls[key] = ["", ""]
            choice.calls.append(entry)
        detail = call.get("function") or call.get("custom") or {}
        entry[0] += detail.get("name") or ""
        entry[1] += detail.get("arguments") or detail.get("input") or ""
        if call.get("custom") and len(entry) == 2:
            entry.append(CUSTOM)


def chat(text):
    facts, calls = Facts(), {}
    if not frames.is_stream(text):
        body = json.loads(text)
        if "error" in body and body["error"]:
            facts.error = body["error"]
            return facts
        for choice in body.get("choices", []):
            chat_message(facts, choice.get("index", 0), choice.get("message", {}), calls)
            details = choice.get("finish_details") or {}
            facts.finish(choice.get("finish_reason") or details.get("type") or "", choice.get("index", 0))
        chat_usage(facts, body.get("usage"))
        facts.done = True
        return settle(facts)
    for _, data in frames.events(text):
        if data == "[DONE]":
            facts.done = True
            continue
        if data.get("error"):
            facts.error = data["error"]
            continue
        chat_usage(facts, data.get("usage"))
        for choice in data.get("choices") or []:
            index = choice.get("index", 0)
            chat_usage(facts, choice.get("usage"))
            chat_message(facts, index, choice.get("delta") or {}, calls)
            if choice.get("finish_reason"):
                facts.finish(choice["finish_reason"], index)
    return settle(facts)


def completions(text):
    facts = Facts()
    bodies = [json.loads(text)] if not frames.is_stream(text) else [d for _, d in frames.events(text)]
    for body in bodies:
        if body == "[DONE]":
            facts.done = True
            continue
        if body.get("error"):
            facts.error = body["error"]
            continue
        chat_usage(facts, body.get("usage"))
        for choice in body.get("choices", []):
            facts.choice(choice.get("index", 0)).text += choice.get("text") or ""
            if choice.get("finish_reason"):
                facts.finish(choice["finish_reason"], choice.get("index", 0))
    facts.done = facts.done or not frames.is_stream(text)
    return settle(facts)


# --- OpenAI Responses

def responses_object(facts, response):
    choice = facts.choice()
    for item in response.get("output") or []:
        kind = item.get("type")
        if kind == "message":
            for part in item.get("content") or []:
                if part.get("type") == "output_text":
                    choice.text += part.get("text") or ""
                    for note in part.get("annotations") or []:
                        if note.get("type") == "url_citation":
                            facts.citations.append(note["url"])
                elif part.get("type") == "refusal":
                    choice.refusal += part.get("refusal") or ""
        elif kind == "function_call":
            choice.calls.append([item.get("name"), item.get("arguments")])
        elif kind == "custom_tool_call":
            choice.calls.append([item.get("name"), item.get("input"), CUSTOM])
        elif kind == "reasoning":
            choice.reasoning += "".join(part.get("text") or "" for part in item.get("summary") or [])
        else:
            facts.other.add(kind)
    usage = response.get("usage") or {}
    say(facts, "input", usage.get("input_tokens"))
    say(facts, "output", usage.get("output_tokens"))
    say(facts, "cached", (usage.get("input_tokens_details") or {}).get("cached_tokens"))
    say(facts, "reasoning", (usage.get("output_tokens_details") or {}).get("reasoning_tokens"))
    status = response.get("status")
    if status == "incomplete":
        facts.finish((response.get("incomplete_details") or {}).get("reason") or "")
    elif status == "failed":
        facts.error = response.get("error") or {}
    else:
        facts.finish("completed")


RESPONSES_DELTAS = ("response.output_text.delta", "response.function_call_arguments.delta",
                    "response.custom_tool_call_input.delta")


def responses_text(item):
    """What the deltas of an item add up to."""
    if item.get("type") == "message":
        return "".join(part.get("text") or "" for part in item.get("content") or [])
    return item.get("arguments") or item.get("input") or ""


def responses(text):
    facts = Facts()
    if not frames.is_stream(text):
        body = json.loads(text)
        if body.get("error") and body.get("object") != "response":
            facts.error = body["error"]
            return facts
        responses_object(facts, body)
        facts.done = body.get("status") not in ("queued", "in_progress")  # those of background requests are no replies
        return settle(facts)
    final, said = None, {}
    for name, data in frames.events(text):
        if data == "[DONE]":
            continue
        kind = data.get("type") or name
        if kind in RESPONSES_DELTAS:
            said[data["output_index"]] = said.get(data["output_index"], "") + data["delta"]
        elif kind in ("response.completed", "response.incomplete", "response.failed"):
            final, facts.done = data["response"], True
            break  # some recorders wrote the replies of a whole conversation into one file
        elif kind == "error" or (data.get("error") and not kind.startswith("response.")):
            facts.error = data.get("error") or data
    if final is not None:
        responses_object(facts, final)
        output = final.get("output") or []
        facts.torn = any(index < len(output) and text != responses_text(output[index]) for index, text in said.items())
    return settle(facts)


# --- Anthropic messages

def messages_usage(facts, usage):
    if not isinstance(usage, dict):
        return
    parts = {key: usage[key] for key in ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
             if isinstance(usage.get(key), int)}
    seen = facts.usage.setdefault("_parts", {})
    seen.update(parts)
    say(facts, "output", usage.get("output_tokens"))
    if seen:
        facts.usage["input"] = sum(seen.values())
    if "cache_read_input_tokens" in seen:
        facts.usage["cached"] = seen["cache_read_input_tokens"]


def messages_block(facts, block):
    choice, kind = facts.choice(), block.get("type")
    if kind == "text":
        choice.text += block.get("text") or ""
    elif kind == "thinking":
        choice.reasoning += block.get("thinking") or ""
    elif kind == "tool_use":
        choice.calls.append([block.get("name"), block.get("input")])
    elif kind != "redacted_thinking":
        facts.other.add(kind)
    for note in block.get("citations") or []:
        if note.get("type") == "web_search_result_location":
            facts.citations.append(note["url"])


def messages(text):
    facts = Facts()
    if not frames.is_stream(text):
        body = json.loads(text)
        if body.get("type") == "error":
            facts.error = body["error"]
            return facts
        for block in body.get("content") or []:
            messages_block(facts, block)
        messages_usage(facts, body.get("usage"))
        facts.finish(body.get("stop_reason") or "")
        facts.done = True
        facts.usage.pop("_parts", None)
        return settle(facts)
    blocks = {}
    for name, data in frames.events(text):
        kind = data.get("type") or name
        if kind == "message_start":
            messages_usage(facts, data["message"].get("usage"))
        elif kind == "content_block_start":
            blocks[data["index"]] = dict(data["content_block"], _json="")
        elif kind == "content_block_delta":
            apply_delta(blocks[data["index"]], data["delta"])
        elif kind == "message_delta":
            messages_usage(facts, data.get("usage"))
            if data["delta"].get("stop_reason"):
                facts.finish(data["delta"]["stop_reason"])
        elif kind == "message_stop":
            facts.done = True
            break  # some recorders wrote the replies of a whole conversation into one file
        elif kind == "error":
            facts.error = data["error"]
    for _, block in sorted(blocks.items()):
        if block.get("type") == "tool_use" and block["_json"]:
            block["input"] = block["_json"]
        messages_block(facts, block)
    facts.usage.pop("_parts", None)
    return settle(facts)


def apply_delta(block, delta):
    kind = delta.get("type")
    if kind == "text_delta":
        block["text"] = (block.get("text") or "") + delta["text"]
    elif kind == "thinking_delta":
        block["thinking"] = (block.get("thinking") or "") + (delta.get("thinking") or "")
    elif kind == "input_json_delta":
        block["_json"] += delta.get("partial_json") or ""
    elif kind == "citations_delta":
        block["citations"] = (block.get("citations") or []) + [delta["citation"]]


# --- Gemini

def pick(value, *names):
    for name in names:
        if isinstance(value, dict) and value.get(name) is not None:
            return value[name]
    return None


def gemini(text):
    facts, pieces = Facts(), {}
    for _, data in frames.events(text):
        if data.get("error"):
            facts.error = data["error"]
            continue
        usage = pick(data, "usageMetadata", "usage_metadata") or {}
        say(facts, "input", pick(usage, "promptTokenCount", "prompt_token_count"))
        extra = pick(usage, "toolUsePromptTokenCount", "tool_use_prompt_token_count")
        if isinstance(extra, int) and "input" in facts.usage:
            facts.usage["input"] += extra
        output, thoughts = (pick(usage, "candidatesTokenCount", "candidates_token_count"),
                            pick(usage, "thoughtsTokenCount", "thoughts_token_count"))
        if isinstance(output, int) or isinstance(thoughts, int):
            facts.usage["output"] = (output or 0) + (thoughts or 0)
        say(facts, "reasoning", thoughts)
        say(facts, "cached", pick(usage, "cachedContentTokenCount", "cached_content_token_count"))
        feedback = pick(data, "promptFeedback", "prompt_feedback") or {}
        if pick(feedback, "blockReason", "block_reason"):
            facts.choice().end = "refusal"
        for candidate in data.get("candidates") or []:
            gemini_candidate(facts, candidate, pieces)
    for index in pieces:
        end_pieces(facts, index, pieces)
    facts.done = any(choice.end for choice in facts.choices.values())
    return settle(facts)


def put(target, path, piece):
    """Sets what a piece of streamed arguments says: "$.a.b[0]" names the place."""
    steps = [int(digits) if digits else name for name, digits in re.findall(r"\.([^.\[]+)|\[(\d+)\]", path)]
    for step, after in zip(steps, steps[1:] + [None]):
        if isinstance(step, int) and len(target) <= step:
            target.append(None)
        if after is None:
            break
        if isinstance(step, str):
            target.setdefault(step, [] if isinstance(after, int) else {})
        elif target[step] is None:
            target[step] = [] if isinstance(after, int) else {}
        target = target[step]
    earlier = target.get(steps[-1]) if isinstance(target, dict) else target[steps[-1]]
    value = next((piece[key] for key in ("stringValue", "numberValue", "boolValue") if key in piece), None)
    target[steps[-1]] = (earlier or "") + value if isinstance(value, str) else value


def end_pieces(facts, index, pieces):
    if pieces.get(index):
        facts.choice(index).calls.append(pieces[index])
    pieces[index] = None


def gemini_call(facts, index, call, pieces):
    """A call comes whole, or in pieces of which the last does not say that it continues."""
    partial, more = pick(call, "partialArgs", "partial_args"), pick(call, "willContinue", "will_continue")
    if call.get("name"):
        end_pieces(facts, index, pieces)
        if not (partial or more):
            facts.choice(index).calls.append([call["name"], call.get("args") or {}])
            return
        pieces[index] = [call["name"], {}]
    for piece in partial or []:
        put(pieces[index][1], piece["jsonPath"], piece)
    if not more:
        end_pieces(facts, index, pieces)


def gemini_candidate(facts, candidate, pieces):
    index = candidate.get("index") or 0
    choice = facts.choice(index)
    for part in (candidate.get("content") or {}).get("parts") or []:
        call = pick(part, "functionCall", "function_call")
        if call is not None:
            gemini_call(facts, index, call, pieces)
        elif isinstance(part.get("text"), str):
            if part.get("thought"):
                choice.reasoning += part["text"]
            else:
                choice.text += part["text"]
        else:
            facts.other.update(key for key in part if key not in ("thoughtSignature", "thought_signature", "thought"))
    grounding = pick(candidate, "groundingMetadata", "grounding_metadata") or {}
    chunks = pick(grounding, "groundingChunks", "grounding_chunks") or []
    pages = [(chunk.get("web") or chunk.get("maps") or {}).get("uri") for chunk in chunks]
    supports = pick(grounding, "groundingSupports", "grounding_supports") or []
    if not supports:
        facts.citations += [page for page in pages if page]
    for support in supports:
        for position in pick(support, "groundingChunkIndices", "grounding_chunk_indices") or []:
            if position < len(pages) and pages[position]:
                facts.citations.append(pages[position])
    named = pick(candidate, "citationMetadata", "citation_metadata") or {}
    for source in pick(named, "citationSources", "citation_sources", "citations") or []:
        here = (source.get("uri"), source.get("startIndex"), source.get("endIndex"))
        if source.get("uri") and here not in facts.sources:  # streams say what they said before
            facts.sources.add(here)
            facts.citations.append(source["uri"])
    raw = pick(candidate, "finishReason", "finish_reason")
    raw = GOOGLE_ENUM.get(raw, "OTHER") if isinstance(raw, int) else raw
    if raw:
        facts.finish(raw, index)


READERS = {"chat": chat, "completions": completions, "responses": responses, "messages": messages, "gemini": gemini}


def read(dialect, text):
    return READERS[dialect](text)
