"""Runs named scenarios, a few at a time, and prints "ok NAME" or "FAIL NAME: why" for each, in their order."""

import concurrent.futures
import os

import anthropic
import openai
from google import genai
from google.genai import errors as genai_errors
from google.genai import types

BASE = os.environ["AG_BASE"]
KEY = os.environ.get("AG_KEY") or "sk-any"
PHASE = os.environ.get("AG_PHASE") or "direct"  # direct: the sandbox itself; gateway: auth off; strict: auth on
SECONDS = 60.0
AT_ONCE = 8


def openai_with(key):
    return openai.OpenAI(api_key=key, base_url=BASE + "/v1", max_retries=0, timeout=SECONDS)


def anthropic_with(key):
    return anthropic.Anthropic(api_key=key, base_url=BASE, max_retries=0, timeout=SECONDS)


def gemini_with(key):
    return genai.Client(
        api_key=key, http_options=types.HttpOptions(base_url=BASE, timeout=int(SECONDS * 1000))
    )


OPENAI, ANTHROPIC, GEMINI = openai_with(KEY), anthropic_with(KEY), gemini_with(KEY)


def fails_with(status, call):
    """The error of `call`, whose status is checked."""
    try:
        call()
    except (openai.APIStatusError, anthropic.APIStatusError) as error:
        assert error.status_code == status, repr(error)
        return error
    except genai_errors.APIError as error:
        assert error.code == status, repr(error)
        return error
    raise AssertionError(f"no error where a {status} was due")


def outcome(name, scenario):
    try:
        scenario()
        return f"ok python {name}"
    except Exception as error:  # a scenario's failure is a result, whatever its type
        why = " ".join(f"{type(error).__name__}: {error}".split())[:600]
        return f"FAIL python {name}: {why}"


def run(scenarios):
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for line in pool.map(outcome, scenarios.keys(), scenarios.values()):
            print(line, flush=True)
