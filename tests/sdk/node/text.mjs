// One text in and one text out, by each SDK, streamed and plain.
import { assert } from './harness.mjs';
import { anthropic, gemini, openai } from './clients.mjs';

export const HELLO = 'Hello from Node';
export const user = (content) => [{ role: 'user', content }];
const saysHello = (text) => assert.match(text, /You said: Hello from Node/);

export async function chatStream(model) {
  const stream = await openai.chat.completions.create({
    model, messages: user(HELLO), stream: true, stream_options: { include_usage: true },
  });
  let text = '', finish, usage, deltas = 0;
  for await (const chunk of stream) {
    const delta = chunk.choices[0]?.delta?.content ?? '';
    text += delta;
    deltas += delta ? 1 : 0;
    finish = chunk.choices[0]?.finish_reason ?? finish;
    usage = chunk.usage ?? usage;
  }
  saysHello(text);
  assert.equal(finish, 'stop');
  assert.ok(deltas > 3, 'the text came in one piece');
  assert.ok(usage.completion_tokens > 0);
}

export async function messagesStream(model) {
  let deltas = 0;
  const stream = anthropic.messages.stream({ model, max_tokens: 500, messages: user(HELLO) });
  stream.on('text', () => { deltas += 1; });
  const message = await stream.finalMessage();
  saysHello(message.content[0].text);
  assert.equal(message.stop_reason, 'end_turn');
  assert.ok(deltas > 3, 'the text came in one piece');
  assert.ok(message.usage.output_tokens > 0);
}

export async function geminiStream(model) {
  let text = '', chunks = 0, usage;
  for await (const chunk of await gemini.models.generateContentStream({ model, contents: HELLO })) {
    text += chunk.text ?? '';
    chunks += 1;
    usage = chunk.usageMetadata ?? usage;
  }
  saysHello(text);
  assert.ok(chunks > 3, 'the text came in one piece');
  assert.ok(usage.candidatesTokenCount > 0);
}

export async function chatUnary(model) {
  const reply = await openai.chat.completions.create({ model, messages: user(HELLO) });
  saysHello(reply.choices[0].message.content);
  assert.equal(reply.choices[0].finish_reason, 'stop');
  assert.ok(reply.usage.prompt_tokens > 0 && reply.usage.completion_tokens > 0);
}

export async function messagesUnary(model) {
  const reply = await anthropic.messages.create({ model, max_tokens: 500, messages: user(HELLO) });
  saysHello(reply.content[0].text);
  assert.equal(reply.stop_reason, 'end_turn');
  assert.ok(reply.usage.input_tokens > 0 && reply.usage.output_tokens > 0);
}

export async function geminiUnary(model) {
  const reply = await gemini.models.generateContent({ model, contents: HELLO });
  saysHello(reply.text);
  assert.equal(reply.candidates[0].finishReason, 'STOP');
  assert.ok(reply.usageMetadata.promptTokenCount > 0);
}

export async function responsesUnary(model) {
  const reply = await openai.responses.create({ model, input: HELLO });
  saysHello(reply.output_text);
  assert.equal(reply.status, 'completed');
  assert.ok(reply.usage.input_tokens > 0 && reply.usage.output_tokens > 0);
}

export async function responsesStream(model) {
  let text = '', completed, next = 0;
  for await (const event of await openai.responses.create({ model, input: HELLO, stream: true })) {
    assert.equal(event.sequence_number, next++);
    if (event.type === 'response.output_text.delta') text += event.delta;
    if (event.type === 'response.completed') completed = event.response;
  }
  saysHello(text);
  assert.equal(completed.output.at(-1).content[0].text, text);
  assert.ok(completed.usage.output_tokens > 0);
}

export async function completionsUnary(model) {
  const reply = await openai.completions.create({ model, prompt: HELLO, max_tokens: 500 });
  saysHello(reply.choices[0].text);
  assert.equal(reply.choices[0].finish_reason, 'stop');
  assert.ok(reply.usage.completion_tokens > 0);
}

export async function completionsStream(model) {
  let text = '', finish, deltas = 0;
  for await (const chunk of await openai.completions.create({ model, prompt: HELLO, max_tokens: 500, stream: true })) {
    text += chunk.choices[0]?.text ?? '';
    deltas += 1;
    finish = chunk.choices[0]?.finish_reason ?? finish;
  }
  saysHello(text);
  assert.equal(finish, 'stop');
  assert.ok(deltas > 3, 'the text came in one piece');
}
