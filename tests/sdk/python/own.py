"""Each SDK with its own provider, and what the gateway itself answers: lists, refusals, keys."""

import json

from google.genai import types

from harness import ANTHROPIC, GEMINI, OPENAI, anthropic_with, fails_with, gemini_with, openai_with
from texts import (
    HELLO,
    chat_stream,
    chat_unary,
    gemini_stream,
    gemini_unary,
    messages_stream,
    messages_unary,
    responses_stream,
    responses_unary,
    user,
)


def openai_tool_call():
    parameters = {"type": "object", "properties": {"city": {"type": "string"}}}
    reply = OPENAI.chat.completions.create(
        model="gpt-5-mini",
        messages=user("use the tool"),
        tools=[{"type": "function", "function": {"name": "weather", "parameters": parameters}}],
    )
    call = reply.choices[0].message.tool_calls[0]
    assert call.function.name == "weather"
    assert json.loads(call.function.arguments) == {"city": "sandbox"}


def openai_models():
    assert "gpt-5-mini" in [model.id for model in OPENAI.models.list()]


def openai_embeddings():
    reply = OPENAI.embeddings.create(model="text-embedding-3-small", input=["a", "b"])
    assert len(reply.data) == 2 and len(reply.data[0].embedding) > 8


def openai_bad_request():
    fails_with(400, lambda: OPENAI.chat.completions.create(model="gpt-5-mini", messages=[]))


def openai_rate_limit():
    fails_with(429, lambda: OPENAI.chat.completions.create(model="gpt-5", messages=user("sandbox:429")))


def openai_abort():
    with OPENAI.chat.completions.create(model="gpt-5-mini", messages=user(HELLO), stream=True) as stream:
        next(iter(stream))
    chat_unary("gpt-5-mini")


def anthropic_tool_call():
    reply = ANTHROPIC.messages.create(
        model="claude-sonnet-4-5",
        max_tokens=500,
        messages=user("call weather"),
        tools=[{"name": "weather", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}}],
    )
    assert reply.stop_reason == "tool_use" and reply.content[0].input == {"city": "sandbox"}


def anthropic_models():
    assert "claude-sonnet-4-5" in [model.id for model in ANTHROPIC.models.list()]


def anthropic_count():
    reply = ANTHROPIC.messages.count_tokens(model="claude-sonnet-4-5", messages=user("some words to count"))
    assert reply.input_tokens > 3


def anthropic_bad_request():
    fails_with(400, lambda: ANTHROPIC.messages.create(model="claude-sonnet-4-5", max_tokens=10, messages=[]))


def anthropic_rate_limit():
    fails_with(
        429,
        lambda: ANTHROPIC.messages.create(model="claude-haiku-4-5", max_tokens=10, messages=user("sandbox:429")),
    )


def anthropic_abort():
    with ANTHROPIC.messages.stream(model="claude-sonnet-4-5", max_tokens=500, messages=user(HELLO)) as stream:
        next(iter(stream.text_stream))
    messages_unary("claude-sonnet-4-5")


def gemini_models():
    assert "models/gemini-2.5-flash" in [model.name for model in GEMINI.models.list()]


def gemini_count():
    assert GEMINI.models.count_tokens(model="gemini-2.5-flash", contents="some words to count").total_tokens > 3


def gemini_bad_request():
    config = types.GenerateContentConfig(temperature=9.0)
    fails_with(400, lambda: GEMINI.models.generate_content(model="gemini-2.5-flash", contents="x", config=config))


def gemini_rate_limit():
    fails_with(429, lambda: GEMINI.models.generate_content(model="gemini-2.5-pro", contents="sandbox:429"))


def gemini_wrong_key():
    client = gemini_with("sk-wrong")  # kept: a collected client closes its connections
    fails_with(401, lambda: client.models.generate_content(model="gemini-2.5-flash", contents=HELLO))


def gemini_abort():
    stream = GEMINI.models.generate_content_stream(model="gemini-2.5-flash", contents=HELLO)
    next(stream)
    stream.close()
    gemini_unary("gemini-2.5-flash")


OWN = {
    "openai chat unary": lambda: chat_unary("gpt-5-mini"),
    "openai chat stream": lambda: chat_stream("gpt-5-mini"),
    "openai responses unary": lambda: responses_unary("gpt-5-mini"),
    "openai responses stream": lambda: responses_stream("gpt-5-mini"),
    "openai tool call": openai_tool_call,
    "openai models": openai_models,
    "openai embeddings": openai_embeddings,
    "openai bad request 400": openai_bad_request,
    "openai rate limit 429": openai_rate_limit,
    "openai abort mid-stream": openai_abort,
    "anthropic messages unary": lambda: messages_unary("claude-sonnet-4-5"),
    "anthropic messages stream": lambda: messages_stream("claude-sonnet-4-5"),
    "anthropic tool call": anthropic_tool_call,
    "anthropic models": anthropic_models,
    "anthropic count tokens": anthropic_count,
    "anthropic bad request 400": anthropic_bad_request,
    "anthropic rate limit 429": anthropic_rate_limit,
    "anthropic abort mid-stream": anthropic_abort,
    "gemini generate unary": lambda: gemini_unary("gemini-2.5-flash"),
    "gemini generate stream": lambda: gemini_stream("gemini-2.5-flash"),
    "gemini models": gemini_models,
    "gemini count tokens": gemini_count,
    "gemini bad request 400": gemini_bad_request,
    "gemini rate limit 429": gemini_rate_limit,
    "gemini abort mid-stream": gemini_abort,
}

STRICT = {
    "strict openai right key": lambda: chat_unary("gpt-5-mini"),
    "strict anthropic right key": lambda: messages_unary("claude-sonnet-4-5"),
    "strict gemini right key": lambda: gemini_unary("gemini-2.5-flash"),
    "strict openai wrong key 401": lambda: fails_with(
        401,
        lambda: openai_with("sk-wrong").chat.completions.create(model="gpt-5-mini", messages=user(HELLO)),
    ),
    "strict anthropic wrong key 401": lambda: fails_with(
        401,
        lambda: anthropic_with("sk-wrong").messages.create(
            model="claude-sonnet-4-5", max_tokens=10, messages=user(HELLO)
        ),
    ),
    "strict gemini wrong key 401": gemini_wrong_key,
}
