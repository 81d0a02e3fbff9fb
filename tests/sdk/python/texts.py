"""One text in and one text out, by each SDK, streamed and plain."""

from google.genai import types

from harness import ANTHROPIC, GEMINI, OPENAI

HELLO = "Hello from Python"


def user(text):
    return [{"role": "user", "content": text}]


def says_hello(text):
    assert "You said: " + HELLO in text, repr(text[:200])


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


def responses_unary(model):
    reply = OPENAI.responses.create(model=model, input=HELLO)
    says_hello(reply.output_text)
    assert reply.status == "completed" and reply.usage.output_tokens > 0


def responses_stream(model):
    text, completed = "", None
    for number, event in enumerate(OPENAI.responses.create(model=model, input=HELLO, stream=True)):
        assert event.sequence_number == number
        if event.type == "response.output_text.delta":
            text += event.delta
        if event.type == "response.completed":
            completed = event.response
    says_hello(text)
    assert completed.output_text == text and completed.usage.output_tokens > 0


def completions_unary(model):
    reply = OPENAI.completions.create(model=model, prompt=HELLO, max_tokens=500)
    says_hello(reply.choices[0].text)
    assert reply.choices[0].finish_reason == "stop" and reply.usage.completion_tokens > 0


def completions_stream(model):
    text, finish, deltas = "", None, 0
    for chunk in OPENAI.completions.create(model=model, prompt=HELLO, max_tokens=500, stream=True):
        for choice in chunk.choices:
            text += choice.text
            finish = choice.finish_reason or finish
            deltas += 1
    says_hello(text)
    assert finish == "stop" and deltas > 3
