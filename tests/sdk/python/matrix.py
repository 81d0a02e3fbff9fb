"""Every client protocol on every upstream: tools, structured output, media, reasoning with its state, early ends."""

import base64
import functools
import re
from typing import Literal

import anthropic
import openai
import pydantic

import texts
from conversations import Chat, Gemini, Medium, Messages, Responses, StoredResponses
from harness import ANTHROPIC, GEMINI, OPENAI, fails_with

# Behind the gateway the runner has routed these names; the sandbox itself is asked for its own models.
UPSTREAMS = {"openai": "via-openai", "chat": "via-chat", "anthropic": "via-anthropic", "gemini": "via-gemini"}
THINKING_UPSTREAMS = UPSTREAMS | {"newer anthropic": "via-anthropic-5", "newer gemini": "via-gemini-3"}
DIRECT = {
    "chat": "gpt-5-mini",
    "responses": "gpt-5-mini",
    "messages": "claude-sonnet-4-5",
    "gemini": "gemini-3.8-flash",
}
CONVERSATIONS = {"chat": Chat, "responses": Responses, "messages": Messages, "gemini": Gemini}


def tool(name, **properties):
    schema = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return {"name": name, "description": f"Tells the {name}.", "parameters": schema}


TOOLS = [
    tool("weather", city={"type": "string"}, days={"type": "integer"}),
    tool("clock", zone={"type": "string", "enum": ["UTC", "CET"]}),
]


class Step(pydantic.BaseModel):
    text: str
    done: bool


class Report(pydantic.BaseModel):
    title: str
    score: int
    mood: Literal["good", "bad"]
    note: str | None
    steps: list[Step]


PNG = Medium(
    "image/png",
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    ),
)
PDF = Medium("application/pdf", b"%PDF-1.4\n%%EOF\n")


def names(reply):
    return [call.name for call in reply.calls]


def tool_loop(talk):
    asked = talk.say("Please call weather")
    assert names(asked) == ["weather"], asked
    assert asked.calls[0].arguments == {"city": "sandbox", "days": 1}, asked
    final = talk.give(['21 degrees, "mild"'])
    assert re.search(r'The tool answered: .*21 degrees, \\?"mild\\?"', final.text), final
    assert not final.calls


def parallel_calls(talk):
    asked = talk.say("Please call weather and call clock")
    assert names(asked) == ["weather", "clock"], asked
    assert asked.calls[1].arguments == {"zone": "UTC"}, asked
    if asked.calls[0].id:
        assert asked.calls[0].id != asked.calls[1].id, asked
    final = talk.give(["rain", "noon"])
    assert re.search("The tools answered: .*rain.*noon", final.text), final


def structured(talk):
    reply = talk.say("Fill it in")
    expected = Report(
        title="sandbox", score=1, mood="good", note="sandbox", steps=[Step(text="sandbox", done=True)]
    )
    assert Report.model_validate_json(reply.text) == expected, reply
    if not (isinstance(talk, Gemini) and talk.stream):
        assert reply.parsed == expected, reply


def media(talk, medium, saw):
    reply = talk.say("What is it?", [medium])
    assert "You said: What is it?" in reply.text and saw in reply.text, reply


def thinking(talk, states):
    """Two turns, each with a tool loop. The upstream checks its states itself: it refuses a wrong one, and one that is
    missing where it must not be; it says how many came back. `states` are those numbers for the second and the fourth
    answer."""

    def returned(reply):
        found = re.search(r"State returned: (\d+)", reply.text)
        return int(found.group(1)) if found else 0

    def thinks(reply):
        assert reply.thought.startswith("I was told: "), reply
        return reply

    assert names(thinks(talk.say("sandbox:think and call weather"))) == ["weather"]
    second = thinks(talk.give(["sunshine"]))
    assert re.search("The tool answered: .*sunshine", second.text), second
    third = thinks(talk.say("sandbox:think again, call weather and call clock"))
    assert names(third) == ["weather", "clock"], third
    fourth = talk.give(["rain", "noon"])
    assert re.search("The tools answered: .*rain.*noon", fourth.text), fourth
    assert [returned(second), returned(fourth)] == states, (second, fourth)


def states_of(surface, upstream):
    """Chat has no place for state: the gateway keeps what stands before a tool call, and only that."""
    if upstream == "chat" or (surface == "chat" and upstream == "openai"):
        return [0, 0]
    return [1, 2] if surface == "chat" else [1, 3]


def conversation_scenarios(surface, upstream, model):
    conversation = CONVERSATIONS[surface]
    scenarios = {}
    for stream in (False, True):
        talk = functools.partial(conversation, model, stream)
        topics = {
            "tool loop": lambda talk=talk: tool_loop(talk(tools=TOOLS)),
            "parallel calls": lambda talk=talk: parallel_calls(talk(tools=TOOLS)),
            "structured output": lambda talk=talk: structured(talk(schema=Report)),
            "image": lambda talk=talk: media(talk(), PNG, "I saw 1 image (image/png, 70 bytes)"),
            "pdf": lambda talk=talk: media(talk(), PDF, "I saw 1 file (application/pdf, 15 bytes)"),
        }
        how = ", streamed" if stream else ""
        scenarios |= {f"{surface} on {upstream}, {name}{how}": topic for name, topic in topics.items()}
    return scenarios


def thinking_scenarios(surface, upstream, model, conversation):
    how = " by previous_response_id" if conversation is StoredResponses else ""
    return {
        f"{surface}{how} on {upstream}, thinking{', streamed' if stream else ''}": functools.partial(
            lambda stream: thinking(
                conversation(model, stream, tools=TOOLS, think=True), states_of(surface, upstream)
            ),
            stream,
        )
        for stream in (False, True)
    }


def change_provider(conversation):
    """A history that another provider answered: its state stays behind."""
    talk = conversation("via-anthropic", tools=TOOLS, think=True)
    talk.say("sandbox:think and call weather")
    talk.give(["sunshine"])
    for model in ("via-gemini-3", "via-openai", "via-anthropic"):
        talk.request["model"] = model
        assert names(talk.say("sandbox:think again, call clock")) == ["clock"], model
        assert re.search("The tool answered: .*noon", talk.give(["noon"]).text), model


def leave_chat(model):
    with OPENAI.chat.completions.create(model=model, messages=texts.user(texts.HELLO), stream=True) as stream:
        next(iter(stream))


def leave_completions(model):
    with OPENAI.completions.create(model=model, prompt=texts.HELLO, stream=True) as stream:
        next(iter(stream))


def leave_responses(model):
    with OPENAI.responses.create(model=model, input=texts.HELLO, stream=True) as stream:
        assert any(event.type == "response.output_text.delta" for event in stream)


def leave_messages(model):
    with ANTHROPIC.messages.stream(model=model, max_tokens=500, messages=texts.user(texts.HELLO)) as stream:
        next(iter(stream.text_stream))


def leave_gemini(model):
    stream = GEMINI.models.generate_content_stream(model=model, contents=texts.HELLO)
    next(stream)
    stream.close()


STREAMS = {
    "chat": (leave_chat, texts.chat_unary, texts.chat_stream),
    "completions": (leave_completions, texts.completions_unary, texts.completions_stream),
    "responses": (leave_responses, texts.responses_unary, texts.responses_stream),
    "messages": (leave_messages, texts.messages_unary, texts.messages_stream),
    "gemini": (leave_gemini, texts.gemini_unary, texts.gemini_stream),
}


def text_scenarios(surface, upstream, model):
    leave, unary, streamed = STREAMS[surface]

    def abort():
        leave(model)
        unary(model)

    return {
        f"{surface} on {upstream}, text": functools.partial(unary, model),
        f"{surface} on {upstream}, text, streamed": functools.partial(streamed, model),
        f"{surface} on {upstream}, abort mid-stream": abort,
    }


def stored_response(model):
    created = OPENAI.responses.create(model=model, input=texts.HELLO)
    assert OPENAI.responses.retrieve(created.id).output_text == created.output_text
    OPENAI.responses.delete(created.id)
    assert isinstance(fails_with(404, lambda: OPENAI.responses.retrieve(created.id)), openai.NotFoundError)


def automatic_function_calling(model):
    """google-genai runs Python functions by itself."""

    def weather(city: str) -> str:
        """Tells the weather."""
        return f"fog in {city}"

    chat = GEMINI.chats.create(model=model, config={"tools": [weather]})
    assert "fog in sandbox" in chat.send_message("Please call weather").text


def tool_runner(model):
    """anthropic runs Python functions by itself."""

    @anthropic.beta_tool
    def weather(city: str) -> str:
        """Tells the weather.

        Args:
            city: where
        """
        return f"fog in {city}"

    runner = ANTHROPIC.beta.messages.tool_runner(
        model=model, max_tokens=500, messages=texts.user("Please call weather"), tools=[weather]
    )
    assert "fog in sandbox" in runner.until_done().content[-1].text


def gateway_matrix():
    scenarios = {}
    for upstream, model in UPSTREAMS.items():
        for surface in STREAMS:
            scenarios |= text_scenarios(surface, upstream, model)
        for surface in CONVERSATIONS:
            scenarios |= conversation_scenarios(surface, upstream, model)
        scenarios[f"gemini on {upstream}, automatic function calling"] = functools.partial(
            automatic_function_calling, model
        )
        scenarios[f"messages on {upstream}, tool runner"] = functools.partial(tool_runner, model)
        if upstream != "openai":
            scenarios[f"responses on {upstream}, kept and deleted"] = functools.partial(stored_response, model)
    for upstream, model in THINKING_UPSTREAMS.items():
        for surface, conversation in CONVERSATIONS.items():
            scenarios |= thinking_scenarios(surface, upstream, model, conversation)
        # OpenAI's own responses are kept by OpenAI, and the sandbox keeps none.
        if upstream != "openai":
            scenarios |= thinking_scenarios("responses", upstream, model, StoredResponses)
    for surface, conversation in CONVERSATIONS.items():
        if surface != "gemini":
            scenarios[f"{surface}, thinking goes on elsewhere"] = functools.partial(change_provider, conversation)
    return scenarios


def direct_matrix():
    scenarios = {}
    for surface, model in DIRECT.items():
        scenarios |= conversation_scenarios(surface, "itself", model)
        upstream = "chat" if surface == "chat" else "itself"
        scenarios |= thinking_scenarios(surface, upstream, model, CONVERSATIONS[surface])
    return scenarios


def matrix_scenarios(phase):
    return gateway_matrix() if phase == "gateway" else direct_matrix()
