"""Whether a request is one that its provider's own SDK could have sent: checked against the request types of the official
Python SDKs (generated from the providers' API descriptions). Unknown members are faults."""

import collections.abc
import functools
import types
import typing

import anthropic.types
import google.genai.types as google_types
import openai.types.chat
import openai.types.responses
import pydantic
import typing_extensions


def faults(dialect, body):
    """What is wrong with a request body; empty = nothing."""
    if dialect == "gemini":
        return google_faults(body)
    return "; ".join(CHECKS[dialect]({key: value for key, value in body.items() if key not in OLDER[dialect]}))[:300]


# --- TypedDicts (openai, anthropic)

@functools.lru_cache(maxsize=None)
def members_of(kind):
    return typing_extensions.get_type_hints(kind, include_extras=True), kind.__required_keys__


def strip(kind):
    """The type without Required[…], NotRequired[…], Annotated[…] and aliases."""
    while True:
        origin = typing_extensions.get_origin(kind)
        if origin in (typing_extensions.Required, typing_extensions.NotRequired, typing.Annotated, typing_extensions.Annotated,
                      typing.Required, typing.NotRequired):
            kind = typing_extensions.get_args(kind)[0]
        elif isinstance(kind, typing_extensions.TypeAliasType):
            kind = kind.__value__
        else:
            return kind


def check(value, kind, where):
    """Faults of a value against a type, the fewest where a union offers several."""
    kind = strip(kind)
    origin, args = typing_extensions.get_origin(kind), typing_extensions.get_args(kind)
    if kind in (object, typing.Any):
        return []
    if typing_extensions.is_typeddict(kind):
        return check_object(value, kind, where)
    if origin in (typing.Union, types.UnionType):
        options = [check(value, option, where) for option in args]
        return min(options, key=len)
    if origin in (typing.Literal, typing_extensions.Literal):
        return [] if value in args and type(value) in {type(arg) for arg in args} else [f"{where}: {value!r:.60} is none of {args!r:.80}"]
    if origin in (list, collections.abc.Iterable, collections.abc.Sequence):
        if not isinstance(value, list):
            return [f"{where}: no array"]
        return [fault for i, item in enumerate(value) for fault in check(item, args[0], f"{where}[{i}]")]
    if origin in (dict, collections.abc.Mapping):
        if not isinstance(value, dict):
            return [f"{where}: no object"]
        return [fault for key, item in value.items() for fault in check(item, args[1], f"{where}.{key}")]
    return check_plain(value, kind, where)


def check_plain(value, kind, where):
    if kind is type(None):
        good = value is None
    elif kind is float:
        good = isinstance(value, (int, float)) and not isinstance(value, bool)
    elif kind is int:
        good = isinstance(value, int) and not isinstance(value, bool)
    elif kind in (str, bool):
        good = isinstance(value, kind)
    elif isinstance(kind, type) and issubclass(kind, pydantic.BaseModel):
        return check_model(value, kind, where)
    else:
        good = True  # files and the like: not in JSON
    return [] if good else [f"{where}: {value!r:.60} is no {getattr(kind, '__name__', kind)}"]


def check_model(value, kind, where):
    try:
        kind.model_validate(value)
    except pydantic.ValidationError as error:
        return [f"{where}: {error.errors()[0]['msg']}"]
    return []


def check_object(value, kind, where):
    if not isinstance(value, dict):
        return [f"{where}: no object"]
    hints, required = members_of(kind)
    found = [f"{where}.{key} is missing" for key in required if key not in value]
    for key, item in value.items():
        if key not in hints:
            # A wrong member weighs more than a missing one: unions then choose the type by its members.
            found += [f"{where}.{key} is unknown"] * 2
        else:
            found += check(item, hints[key], f"{where}.{key}")
    return found


def checker(plain, streaming):
    def run(body):
        kind = streaming if body.get("stream") else plain
        return check(body, kind, "body")
    return run


def chat_types():
    from openai.types.chat import completion_create_params as params
    return checker(params.CompletionCreateParamsNonStreaming, params.CompletionCreateParamsStreaming)


def responses_types():
    from openai.types.responses import response_create_params as params
    return checker(params.ResponseCreateParamsNonStreaming, params.ResponseCreateParamsStreaming)


def messages_types():
    from anthropic.types import message_create_params as params
    return checker(params.MessageCreateParamsNonStreaming, params.MessageCreateParamsStreaming)


# The contract that translated requests name (anthropic-version: 2023-06-01) has members that the newest SDK left out:
# https://docs.claude.com/en/api/messages
OLDER = {"chat": set(), "responses": set(), "messages": {"temperature", "top_p", "top_k"}}
CHECKS = {"chat": chat_types(), "responses": responses_types(), "messages": messages_types()}


# --- Google: pydantic models that forbid unknown members

GOOGLE = {
    "contents": pydantic.TypeAdapter(list[google_types.Content]),
    "systemInstruction": pydantic.TypeAdapter(google_types.Content),
    "tools": pydantic.TypeAdapter(list[google_types.Tool]),
    "toolConfig": pydantic.TypeAdapter(google_types.ToolConfig),
    "generationConfig": pydantic.TypeAdapter(google_types.GenerationConfig),
    "safetySettings": pydantic.TypeAdapter(list[google_types.SafetySetting]),
    "cachedContent": pydantic.TypeAdapter(str),
    "serviceTier": pydantic.TypeAdapter(str),
    "labels": pydantic.TypeAdapter(dict[str, str]),
}


def google_faults(body):
    found = []
    for key, value in body.items():
        if key not in GOOGLE:
            found.append(f"body.{key} is unknown")
            continue
        try:
            GOOGLE[key].validate_python(value)
        except pydantic.ValidationError as error:
            first = error.errors()[0]
            found.append(f"{key}.{'.'.join(map(str, first['loc']))}: {first['msg']}")
    return "; ".join(found)[:300]
