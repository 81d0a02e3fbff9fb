"""A program of somebody who uses OpenAI's SDK: one streamed chat. argv: base URL, model, prompt. Prints the answer."""

import sys

from openai import OpenAI

base, model, prompt = sys.argv[1:]
client = OpenAI(base_url=base + "/v1", api_key="unused", max_retries=0)
chunks = client.chat.completions.create(
    model=model,
    messages=[{"role": "user", "content": prompt}],
    stream=True,
    stream_options={"include_usage": True},
)
print("".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices))
