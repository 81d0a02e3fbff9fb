"""Part (b): a recorded request of one dialect, sent to every other provider, says the same there and is valid there. What
differs must be named: by a loss on that aspect, or by a refusal that names its field, for a reason that stands in the
recorded request."""

import json

from . import openapi, refusals, request_facts, valid
from .replies import Verdict

UPSTREAMS = {"chat": "gpt-5-mini", "responses": "gpt-5-mini", "messages": "claude-sonnet-4-5", "gemini": "gemini-2.5-flash"}
# For each aspect the words that a loss about it has in its field or code.
ASPECTS = {
    "system": ("system", "instructions", "empty", "messages", "input", "contents"),
    "turns": ("messages", "input", "contents", "system", "prefill", "empty"),
    "calls": ("messages", "input", "contents", "tool"),
    "results": ("messages", "input", "contents", "tool", "result"),
    "media": ("messages", "input", "contents", "image", "media"),
    "tools": ("tools", "functions", "tool_choice", "toolConfig", "json_by_tool"),
    "choice": ("tool_choice", "toolConfig", "tools", "function_call"),
    "format": ("response_format", "text.format", "output_config", "output_format", "generationConfig"),
    "limits": ("max", "temperature", "top_p", "topP", "generationConfig"),
    "stop": ("stop", "generationConfig"),
}


def request_records(records):
    return [r for r in records if r.body is not None and isinstance(r.body, dict) and 200 <= r.status < 300]


def cases(records):
    for record in request_records(records):
        for upstream, model in UPSTREAMS.items():
            if upstream == record.dialect:
                continue
            framing = record.framing if record.dialect == "gemini" else ""
            yield record, upstream, {
                "client": record.dialect, "upstream": upstream, "model": model, "request": record.request_text,
                "path_model": record.model if record.dialect == "gemini" else "", "framing": framing,
            }


def judge(record, upstream, result):
    cell = (record.dialect, upstream)
    if result.get("outcome") == "refused":
        error = result["error"]
        named = error["kind"] in ("unsupported", "invalid_request") and error["param"]
        due = named and refusals.row_for(record, upstream) is not None
        outcome = "pass" if due else "excluded" if named else "fail"
        yield Verdict((*cell, "refused"), outcome, record.id, f"{error['param']}: {error['text']}")
        return
    body = json.loads(result["upstream_request"])
    why = valid.faults(upstream, body) or openapi.faults(upstream, body)
    yield Verdict((*cell, "valid"), "fail" if why else "pass", record.id, why)
    try:
        before, after = request_facts.read(record.dialect, record.body), request_facts.read(upstream, body)
    except (KeyError, TypeError, AttributeError) as error:
        yield Verdict((*cell, "turns"), "fail", record.id, f"cannot be read: {error!r}")
        return
    lost = [f"{loss['field']} {loss['code']}" for loss in result.get("losses", [])]
    for aspect, words in ASPECTS.items():
        why = COMPARE[aspect](before, after)
        if why and any(word in loss for loss in lost for word in words):
            continue  # named in the report
        yield Verdict((*cell, aspect), "fail" if why else "pass", record.id, why)


def differs(before, after):
    return "" if before == after else f"{before!r:.150} became {after!r:.150}"


def same_system(before, after):
    # Where the field holds one text, several become its paragraphs.
    same = "".join(before.system.split()) == "".join(after.system.split())
    return "" if same else differs(before.system, after.system)


def same_turns(before, after):
    return differs([[role, text.strip()] for role, text in before.turns if text.strip()],
                   [[role, text.strip()] for role, text in after.turns if text.strip()])


def same_results(before, after):
    return differs([loose(text) for text in before.results], [loose(text) for text in after.results])


WRAPPERS = ("result", "return_value", "output", "error", "content")


def loose(text):
    """A result as a value: Gemini's are objects, the others' texts."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    if isinstance(value, dict) and len(value) == 1 and next(iter(value)) in WRAPPERS:
        inner = next(iter(value.values()))
        return loose(inner) if isinstance(inner, str) else inner
    return value


def same_choice(before, after):
    # Saying nothing is "auto".
    return differs(before.choice or "auto", after.choice or "auto") if before.tools else ""


def same_format(before, after):
    return differs((before.schema, before.json_mode), (after.schema, after.json_mode))


def same_limits(before, after):
    limit = "" if before.limit is None else differs(before.limit, after.limit)
    return limit or differs((before.temperature, before.top_p), (after.temperature, after.top_p))


COMPARE = {
    "system": same_system,
    "turns": same_turns,
    "calls": lambda a, b: differs(a.calls, b.calls),
    "results": same_results,
    "media": lambda a, b: differs(a.media, b.media),
    "tools": lambda a, b: differs(a.tools, b.tools),
    "choice": same_choice,
    "format": same_format,
    "limits": same_limits,
    "stop": lambda a, b: differs([s for s in a.stop if s], [s for s in b.stop if s]),
}
