"""One conversation in each client protocol, written as each SDK's documentation shows it, behind one face:

  X(model, stream=…, tools=…, think=…, schema=…)   `schema` is a Pydantic model
  say(prompt, media)    a Reply
  give(results)         the Reply to the results of the last reply's calls, in their order

What the SDK gave is what goes back: the history holds the SDK's own objects.
"""

import base64
import dataclasses
import json

import openai
from google.genai import types

from harness import ANTHROPIC, GEMINI, OPENAI


@dataclasses.dataclass
class Medium:
    type: str
    data: bytes

    @property
    def base64(self):
        return base64.b64encode(self.data).decode()

    @property
    def url(self):
        return f"data:{self.type};base64,{self.base64}"

    @property
    def is_image(self):
        return self.type.startswith("image/")


@dataclasses.dataclass
class Call:
    id: str | None
    name: str
    arguments: dict


@dataclasses.dataclass
class Reply:
    text: str
    thought: str
    calls: list[Call]
    parsed: object = None


class Chat:
    def __init__(self, model, stream=False, tools=(), think=False, schema=None):
        self.stream, self.history, self.calls = stream, [], []
        self.request = {"model": model, "messages": self.history}
        if tools:
            self.request["tools"] = [{"type": "function", "function": dict(tool, strict=True)} for tool in tools]
        if think:
            self.request["reasoning_effort"] = "medium"
        if schema:
            self.request["response_format"] = schema

    def say(self, prompt, media=()):
        parts = [
            {"type": "image_url", "image_url": {"url": medium.url}}
            if medium.is_image
            else {"type": "file", "file": {"filename": "a.pdf", "file_data": medium.url}}
            for medium in media
        ]
        self.history.append({"role": "user", "content": [*parts, {"type": "text", "text": prompt}]})
        return self.turn()

    def give(self, results):
        for call, result in zip(self.calls, results, strict=True):
            self.history.append({"role": "tool", "tool_call_id": call.id, "content": result})
        return self.turn()

    def turn(self):
        thought = ""
        if self.stream:
            with OPENAI.chat.completions.stream(**self.request) as stream:
                for event in stream:
                    if event.type == "chunk" and event.chunk.choices:
                        thought += getattr(event.chunk.choices[0].delta, "reasoning_content", None) or ""
                completion = stream.get_final_completion()
        else:
            completion = OPENAI.chat.completions.parse(**self.request)
            thought = getattr(completion.choices[0].message, "reasoning_content", None) or ""
        message = completion.choices[0].message
        self.history.append(message)
        self.calls = [
            Call(call.id, call.function.name, json.loads(call.function.arguments)) for call in message.tool_calls or []
        ]
        assert completion.choices[0].finish_reason == ("tool_calls" if self.calls else "stop")
        return Reply(message.content or "", thought, self.calls, message.parsed)


class Responses:
    def __init__(self, model, stream=False, tools=(), think=False, schema=None):
        self.stream, self.history, self.calls, self.response = stream, [], [], None
        self.request = {"model": model}
        if tools:
            self.request["tools"] = [dict(tool, type="function", strict=True) for tool in tools]
        if think:
            self.request["reasoning"] = {"effort": "medium", "summary": "auto"}
            self.request["include"] = ["reasoning.encrypted_content"]
        if schema:
            self.request["text_format"] = schema

    def say(self, prompt, media=()):
        parts = [
            {"type": "input_image", "detail": "auto", "image_url": medium.url}
            if medium.is_image
            else {"type": "input_file", "filename": "a.pdf", "file_data": medium.url}
            for medium in media
        ]
        return self.turn([{"role": "user", "content": [*parts, {"type": "input_text", "text": prompt}]}])

    def give(self, results):
        return self.turn(
            [
                {"type": "function_call_output", "call_id": call.id, "output": result}
                for call, result in zip(self.calls, results, strict=True)
            ]
        )

    def input(self, items):
        """The whole history goes with each request, and nothing is kept by the server."""
        self.history += items
        return {"input": self.history, "store": False}

    def turn(self, items):
        request = self.request | self.input(items)
        if self.stream:
            with OPENAI.responses.stream(**request) as stream:
                for _ in stream:
                    pass
                self.response = stream.get_final_response()
        else:
            self.response = OPENAI.responses.parse(**request)
        self.history += self.response.output
        assert self.response.status == "completed"
        output = self.response.output
        self.calls = [
            Call(item.call_id, item.name, json.loads(item.arguments)) for item in output if item.type == "function_call"
        ]
        thought = "".join(part.text for item in output if item.type == "reasoning" for part in item.summary)
        return Reply(self.response.output_text, thought, self.calls, self.response.output_parsed)


class StoredResponses(Responses):
    """The same, going on from the last response by its id."""

    def input(self, items):
        previous = self.response.id if self.response else openai.omit
        return {"input": items, "previous_response_id": previous}


class Messages:
    def __init__(self, model, stream=False, tools=(), think=False, schema=None):
        self.stream, self.history, self.calls = stream, [], []
        self.request = {"model": model, "max_tokens": 4000, "messages": self.history}
        if tools:
            self.request["tools"] = [
                {"name": tool["name"], "input_schema": tool["parameters"]} for tool in tools
            ]
        if think:
            self.request["thinking"] = {"type": "enabled", "budget_tokens": 2048}
        if schema:
            self.request["output_format"] = schema

    def say(self, prompt, media=()):
        parts = [
            {
                "type": "image" if medium.is_image else "document",
                "source": {"type": "base64", "media_type": medium.type, "data": medium.base64},
            }
            for medium in media
        ]
        self.history.append({"role": "user", "content": [*parts, {"type": "text", "text": prompt}]})
        return self.turn()

    def give(self, results):
        content = [
            {"type": "tool_result", "tool_use_id": call.id, "content": result}
            for call, result in zip(self.calls, results, strict=True)
        ]
        self.history.append({"role": "user", "content": content})
        return self.turn()

    def turn(self):
        if self.stream:
            with ANTHROPIC.messages.stream(**self.request) as stream:
                message = stream.get_final_message()
        else:
            message = ANTHROPIC.messages.parse(**self.request)
        self.history.append({"role": "assistant", "content": message.content})
        self.calls = [Call(block.id, block.name, block.input) for block in message.content if block.type == "tool_use"]
        assert message.stop_reason == ("tool_use" if self.calls else "end_turn")
        return Reply(
            "".join(block.text for block in message.content if block.type == "text"),
            "".join(block.thinking for block in message.content if block.type == "thinking"),
            self.calls,
            message.parsed_output,
        )


class Gemini:
    def __init__(self, model, stream=False, tools=(), think=False, schema=None):
        self.stream, self.calls = stream, []
        config = types.GenerateContentConfig(
            automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True)
        )
        if tools:
            functions = [
                types.FunctionDeclaration(name=tool["name"], parameters_json_schema=tool["parameters"])
                for tool in tools
            ]
            config.tools = [types.Tool(function_declarations=functions)]
        if think:
            config.thinking_config = types.ThinkingConfig(include_thoughts=True, thinking_budget=2048)
        if schema:
            config.response_mime_type, config.response_schema = "application/json", schema
        self.chat = GEMINI.chats.create(model=model, config=config)

    def say(self, prompt, media=()):
        parts = [types.Part.from_bytes(data=medium.data, mime_type=medium.type) for medium in media]
        return self.turn([*parts, types.Part(text=prompt)])

    def give(self, results):
        return self.turn(
            [
                types.Part(
                    function_response=types.FunctionResponse(id=call.id, name=call.name, response={"output": result})
                )
                for call, result in zip(self.calls, results, strict=True)
            ]
        )

    def turn(self, message):
        replies = list(self.chat.send_message_stream(message)) if self.stream else [self.chat.send_message(message)]
        parts = [
            part
            for reply in replies
            for candidate in reply.candidates or []
            for part in (candidate.content.parts if candidate.content else None) or []
        ]
        assert replies[-1].candidates[0].finish_reason == types.FinishReason.STOP
        calls = [part.function_call for part in parts if part.function_call]
        self.calls = [Call(call.id, call.name, call.args) for call in calls]
        return Reply(
            "".join(part.text or "" for part in parts if not part.thought),
            "".join(part.text or "" for part in parts if part.thought),
            self.calls,
            None if self.stream else replies[-1].parsed,
        )
