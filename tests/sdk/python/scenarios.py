"""The official Python SDKs against a base URL. Prints "ok NAME" or "FAIL NAME: why" for each scenario."""

import json
import os

import anthropic
import openai
from google import genai
from google.genai import errors as genai_errors
from google.genai import types

BASE = os.environ["AG_BASE"]
KEY = os.environ.get("AG_KEY") or "sk-any"
PHASE = os.environ.get("AG_PHASE") or "direct"
HELLO = "Hello from Python"
SECONDS = 60.0


def openai_with(key):
    return openai.OpenAI(api_key=key, base_url=BASE + "/v1", max_retries=0, timeout=SECONDS)


def anthropic_with(key):
    return anthropic.Anthropic(api_key=key, base_url=BASE, max_retries=0, timeout=SECONDS)


def gemini_with(key):
    return genai.Client(
        api_key=key, http_options=types.HttpOptions(base_url=BASE, timeout=int(SECONDS * 1000))
    )


OPENAI, ANTHROPIC, GEMINI = openai_with(KEY), anthropic_with(KEY), gemini_with(KEY)


def user(text):
    return [{"role": "user", "content": text}]


def says_hello(text):
    assert "You said: " + HELLO in text, repr(text[:200])


def fails_with(status, call):
    try:
        call()
    except (openai.APIStatusError, anthropic.APIStatusError) as error:
        assert error.status_code == status, repr(error)
        return error
    except genai_errors.APIError as error:
        assert error.code == status, repr(error)
        return error
    raise AssertionError(f"no error where a {status} was due")


def chat_unary(model):
    reply = OPENAI.chat.completions.create(model=model, messages=user(HELLO))
    says_hello(reply.choices[0].message.content)
    assert reply.choices[0].finish_reason == "stop"
    assert reply.usage.prompt_tokens > 0 and reply.usage.completion_tokens > 0


def chat_stream(model):
    text, usage, deltas = "", None, 0
    for chunk in OPENAI.chat.completions.create(
        model=model, messages=user(HELLO), stream=True, stream_options={"include_usage": True}
    ):
        if chunk.choices and chunk.choices[0].delta.content:
            text += chunk.choices[0].delta.content
            deltas += 1
        usage = chunk.usage or usage
    says_hello(text)
    assert deltas > 3 and usage.completion_tokens > 0


def messages_unary(model):
    reply = ANTHROPIC.messages.create(model=model, max_tokens=500, messages=user(HELLO))
    says_hello(reply.content[0].text)
    assert reply.stop_reason == "end_turn"
    assert reply.usage.input_tokens > 0 and reply.usage.output_tokens > 0


def messages_stream(model):
    deltas = 0
    with ANTHROPIC.messages.stream(model=model, max_tokens=500, messages=user(HELLO)) as stream:
        for _ in stream.text_stream:
            deltas += 1
        message = stream.get_final_message()
    says_hello(message.content[0].text)
    assert deltas > 3 and message.usage.output_tokens > 0


def gemini_unary(model):
    reply = GEMINI.models.generate_content(model=model, contents=HELLO)
    says_hello(reply.text)
    assert reply.candidates[0].finish_reason == types.FinishReason.STOP
    assert reply.usage_metadata.prompt_token_count > 0


def gemini_stream(model):
    text, chunks = "", 0
    for chunk in GEMINI.models.generate_content_stream(model=model, contents=HELLO):
        text += chunk.text or ""
        chunks += 1
    says_hello(text)
    assert chunks > 3


def responses_unary():
    says_hello(OPENAI.responses.create(model="gpt-5-mini", input=HELLO).output_text)


def responses_stream():
    text, completed = "", None
    for event in OPENAI.responses.create(model="gpt-5-mini", input=HELLO, stream=True):
        if event.type == "response.output_text.delta":
            text += event.delta
        if event.type == "response.completed":
            completed = event.response
    says_hello(text)
    assert completed.usage.output_tokens > 0


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
    "openai responses unary": responses_unary,
    "openai responses stream": responses_stream,
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

FOREIGN = {
    "openai on anthropic unary": lambda: chat_unary("via-anthropic"),
    "openai on anthropic stream": lambda: chat_stream("via-anthropic"),
    "openai on gemini unary": lambda: chat_unary("via-gemini"),
    "openai on gemini stream": lambda: chat_stream("via-gemini"),
    "anthropic on openai unary": lambda: messages_unary("via-openai"),
    "anthropic on openai stream": lambda: messages_stream("via-openai"),
    "anthropic on gemini unary": lambda: messages_unary("via-gemini"),
    "anthropic on gemini stream": lambda: messages_stream("via-gemini"),
    "gemini on openai unary": lambda: gemini_unary("via-openai"),
    "gemini on openai stream": lambda: gemini_stream("via-openai"),
    "gemini on anthropic unary": lambda: gemini_unary("via-anthropic"),
    "gemini on anthropic stream": lambda: gemini_stream("via-anthropic"),
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


def main():
    scenarios = STRICT if PHASE == "strict" else OWN | (FOREIGN if PHASE == "gateway" else {})
    for name, scenario in scenarios.items():
        try:
            scenario()
            print(f"ok python {name}", flush=True)
        except Exception as error:  # a scenario's failure is a result, whatever its type
            why = " ".join(f"{type(error).__name__}: {error}".split())[:400]
            print(f"FAIL python {name}: {why}", flush=True)


main()
