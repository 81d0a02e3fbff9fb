"""Whether a request is one that OpenAI's published API description allows (tests/matrix/openapi, a pinned excerpt)."""

import json
import pathlib

import jsonschema

FILE = pathlib.Path(__file__).resolve().parents[1] / "openapi" / "openai_requests.json"
REQUESTS = {"chat": "CreateChatCompletionRequest", "responses": "CreateResponse"}


def as_json_schema(node):
    """Drops what is not JSON Schema: `nullable`, and `oneOf` where the description means "any of these": several of its
    alternatives allow the same value."""
    if isinstance(node, list):
        return [as_json_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    plain = {("anyOf" if key == "oneOf" else key): as_json_schema(value)
             for key, value in node.items() if key != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if node.get("nullable") is True else plain


def validators():
    components = {"schemas": as_json_schema(json.loads(FILE.read_text())["components"]["schemas"])}
    return {dialect: jsonschema.Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": components})
            for dialect, name in REQUESTS.items()}


VALIDATORS = validators()


def faults(dialect, body):
    """What is wrong with a request body; empty = nothing, or a dialect that OpenAI does not describe."""
    validator = VALIDATORS.get(dialect)
    fault = jsonschema.exceptions.best_match(validator.iter_errors(body)) if validator else None
    return f"{fault.json_path}: {fault.message}"[:300] if fault else ""
