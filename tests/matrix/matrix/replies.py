"""Part (a): a recorded reply of one provider, asked for in every other client dialect, says the same.
Part (c): so do recorded errors."""

import dataclasses
import json

from . import reply_facts

CLIENTS = ("chat", "completions", "responses", "messages", "gemini")
ASPECTS = ("text", "refusal", "reasoning", "calls", "end", "usage", "citations", "grammar")
# Ends that are no usable reply (TRANSLATION row 8): the gateway must fail, not stop cleanly.
FAILED_ENDS = {"OTHER", "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "error"}


@dataclasses.dataclass
class Verdict:
    cell: tuple  # (upstream dialect, client dialect, aspect)
    outcome: str  # pass, fail, excluded
    record: str
    why: str = ""


def client_request(client, stream):
    """A small request of that dialect which asks to see everything a reply can say."""
    if client == "messages":
        return {"model": "m", "max_tokens": 4096, "stream": stream, "thinking": {"type": "adaptive"},
                "messages": [{"role": "user", "content": "hi"}]}
    if client == "responses":
        return {"model": "m", "input": "hi", "stream": stream, "reasoning": {"summary": "auto"}}
    if client == "gemini":
        return {"contents": [{"role": "user", "parts": [{"text": "hi"}]}],
                "generationConfig": {"thinkingConfig": {"includeThoughts": True}}}
    body = {"model": "m", "prompt": "hi"} if client == "completions" else {
        "model": "m", "messages": [{"role": "user", "content": "hi"}]}
    if stream:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    return body


def case_of(record, client, stream):
    case = {
        "client": client, "upstream": record.dialect, "model": record.model or "some-model",
        "request": json.dumps(client_request(client, stream)), "path_model": "m" if client == "gemini" else "",
        "framing": ("sse" if stream else "none") if client == "gemini" else "",
        "status": record.status, "content_type": record.content_type, "reply": record.reply_text,
    }
    return case


def reply_records(records):
    return [r for r in records if 200 <= r.status < 300 and r.reply_text and r.dialect != "completions"]


def cases(records):
    """(record, client, stream, case): each reply as it was asked for, and the other way round."""
    for record in reply_records(records):
        for client in CLIENTS:
            if client == record.dialect:
                continue
            for stream in (record.stream, not record.stream):
                yield record, client, stream, case_of(record, client, stream)


def expected(record):
    try:
        return reply_facts.read(record.dialect, record.reply_text)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return error


def exclusion(facts, client):
    """Why a whole reply cannot be compared: the row of the loss table by which the client's dialect has no word for it, or
    a recording that was edited in part. Empty = it can."""
    if facts.torn:
        return "edited_recording"
    if len(facts.choices) > 1 and client in ("messages", "responses"):
        return "several_choices"
    return ""


def must_fail(record, facts):
    if isinstance(facts, Exception) or facts.error is not None or not facts.done:
        return True
    return any(c.raw_end in FAILED_ENDS or (c.end == "other" and record.dialect == "gemini")
               for c in facts.choices.values())


def judge(record, client, stream, result):
    cell = (record.dialect, client)
    facts = expected(record)
    label = f"{record.id} {'stream' if stream else 'plain'}"
    if client == "completions" and not isinstance(facts, Exception) and any(c.calls for c in facts.choices.values()):
        return  # its requests offer no tools, so it cannot get such a reply
    if must_fail(record, facts):
        yield failure_verdict(cell, client, stream, result, label)
        return
    excluded = exclusion(facts, client)
    if excluded:
        yield Verdict((*cell, "text"), "excluded", label, excluded)
        return
    if result["outcome"] != "done":
        yield Verdict((*cell, "text"), "fail", label, f"{result['outcome']}: {result.get('error')}")
        return
    try:
        seen = reply_facts.read(client, result["client_reply"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        yield Verdict((*cell, "text"), "fail", label, f"the client's reply cannot be read: {error!r}")
        return
    for aspect in ASPECTS:
        why = COMPARE[aspect](facts, seen, client, result)
        yield Verdict((*cell, aspect), "fail" if why else "pass", label, why)


def failure_verdict(cell, client, stream, result, label):
    """A reply that is no reply must reach the client as an error of its own dialect."""
    why = ""
    if result["outcome"] == "done":
        why = "a broken reply ended cleanly"
    elif stream and result.get("client_reply"):
        seen = reply_facts.read(client, result["client_reply"])
        why = "" if seen.error is not None else "the stream ended without an error event"
    elif "http_error" not in result and not result.get("client_reply"):
        why = "no error reached the client"
    return Verdict((*cell, "end"), "fail" if why else "pass", label, why)


# --- What is compared. Each answers why two replies differ; empty = they do not.

def every_choice(field):
    def compare(facts, seen, client, result):
        for index, choice in facts.choices.items():
            here = seen.choices.get(index, reply_facts.Choice())
            if field(choice) != field(here):
                return f"choice {index}: {field(choice)!r:.200} became {field(here)!r:.200}"
        return ""
    return compare


def same_refusal(facts, seen, client, result):
    """The words of a refusal survive where the dialect has a place for them."""
    for index, choice in facts.choices.items():
        here = seen.choices.get(index, reply_facts.Choice())
        if choice.refusal and choice.refusal not in (here.refusal or here.text):
            return f"{choice.refusal!r:.100} is missing"
    return ""


def same_text(facts, seen, client, result):
    for index, choice in facts.choices.items():
        here = seen.choices.get(index, reply_facts.Choice())
        text = here.text
        if choice.refusal and client in ("messages", "gemini", "completions"):
            text = text.replace(choice.refusal, "", 1)
        if choice.text != text:
            return f"choice {index}: {choice.text!r:.150} became {text!r:.150}"
    return ""


def same_reasoning(facts, seen, client, result):
    if client == "completions":
        return ""
    return every_choice(lambda c: c.reasoning.replace("\n", ""))(facts, seen, client, result)


def same_end(facts, seen, client, result):
    if not seen.done:
        return "the dialect's end is missing"
    for index, choice in facts.choices.items():
        here = seen.choices.get(index, reply_facts.Choice())
        if choice.end != here.end and choice.end:
            return f"{choice.raw_end} became {here.raw_end}"
    return ""


def same_usage(facts, seen, client, result):
    for key in ("input", "output"):
        if key in facts.usage and facts.usage[key] != seen.usage.get(key):
            return f"{key}: {facts.usage[key]} became {seen.usage.get(key)}"
    for key in ("cached", "reasoning"):
        if facts.usage.get(key) and key in seen.usage and facts.usage[key] != seen.usage[key]:
            return f"{key}: {facts.usage[key]} became {seen.usage[key]}"
    if facts.usage.get("cached") and "cached" not in seen.usage and client != "completions":
        return f"cached: {facts.usage['cached']} is missing"
    return ""


def same_citations(facts, seen, client, result):
    if client == "completions":
        return ""
    if len(facts.citations) != len(seen.citations):
        return f"{len(facts.citations)} citations became {len(seen.citations)}"
    return ""


def no_violation(facts, seen, client, result):
    return result.get("violation") or ("the end repeats the reply otherwise" if seen.torn else "")


COMPARE = {
    "text": same_text,
    "refusal": same_refusal,
    "reasoning": same_reasoning,
    "calls": every_choice(lambda choice: choice.calls),
    "end": same_end,
    "usage": same_usage,
    "citations": same_citations,
    "grammar": no_violation,
}


# --- Errors

def error_cases(records):
    for record in records:
        if record.status < 400 or record.dialect == "completions":
            continue
        for client in CLIENTS:
            if client != record.dialect:
                yield record, client, False, case_of(record, client, False)


def judge_error(record, client, result):
    cell, http = (record.dialect, client, "error"), result.get("http_error")
    if http is None:
        return Verdict(cell, "fail", record.id, f"no error: {result['outcome']} {result.get('error')}")
    why = wrong_error(client, http, provider_message(record))
    return Verdict(cell, "fail" if why else "pass", record.id, why)


def provider_message(record):
    body = record.reply_body
    body = body[0] if isinstance(body, list) and body else body
    error = body.get("error") if isinstance(body, dict) else None
    return (error.get("message") if isinstance(error, dict) else error if isinstance(error, str) else None) or ""


def wrong_error(client, http, message):
    body = json.loads(http["body"])
    if not 400 <= http["status"] < 600:
        return f"status {http['status']}"
    error = body.get("error")
    if not isinstance(error, dict) or not isinstance(error.get("message"), str):
        return "no error object"
    if message and message not in error["message"]:
        return f"the provider's words are missing: {message!r:.120}"
    if client == "messages" and (body.get("type") != "error" or not error.get("type")):
        return "not Anthropic's shape"
    if client == "gemini" and (error.get("code") != http["status"] or not error.get("status")):
        return "not Google's shape"
    if client in ("chat", "completions", "responses") and not {"type", "param", "code"} <= error.keys():
        return "not OpenAI's shape"
    return ""
