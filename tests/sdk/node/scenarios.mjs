import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';

import { assert, env, failure, run } from './harness.mjs';

const HELLO = 'Hello from Node';
const openaiWith = (apiKey) => new OpenAI({ apiKey, baseURL: `${env.base}/v1`, maxRetries: 0 });
const anthropicWith = (apiKey) => new Anthropic({ apiKey, baseURL: env.base, maxRetries: 0 });
const geminiWith = (apiKey) => new GoogleGenAI({ apiKey, httpOptions: { baseUrl: env.base } });
const openai = openaiWith(env.key);
const anthropic = anthropicWith(env.key);
const gemini = geminiWith(env.key);

const user = (content) => [{ role: 'user', content }];
const saysHello = (text) => assert.match(text, /You said: Hello from Node/);

async function chatStream(model) {
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

async function messagesStream(model) {
  let deltas = 0;
  const stream = anthropic.messages.stream({ model, max_tokens: 500, messages: user(HELLO) });
  stream.on('text', () => { deltas += 1; });
  const message = await stream.finalMessage();
  saysHello(message.content[0].text);
  assert.equal(message.stop_reason, 'end_turn');
  assert.ok(deltas > 3, 'the text came in one piece');
  assert.ok(message.usage.output_tokens > 0);
}

async function geminiStream(model) {
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

async function chatUnary(model) {
  const reply = await openai.chat.completions.create({ model, messages: user(HELLO) });
  saysHello(reply.choices[0].message.content);
  assert.equal(reply.choices[0].finish_reason, 'stop');
  assert.ok(reply.usage.prompt_tokens > 0 && reply.usage.completion_tokens > 0);
}

async function messagesUnary(model) {
  const reply = await anthropic.messages.create({ model, max_tokens: 500, messages: user(HELLO) });
  saysHello(reply.content[0].text);
  assert.equal(reply.stop_reason, 'end_turn');
  assert.ok(reply.usage.input_tokens > 0 && reply.usage.output_tokens > 0);
}

async function geminiUnary(model) {
  const reply = await gemini.models.generateContent({ model, contents: HELLO });
  saysHello(reply.text);
  assert.equal(reply.candidates[0].finishReason, 'STOP');
  assert.ok(reply.usageMetadata.promptTokenCount > 0);
}

// Leaves a slow stream, then shows that the server still answers. The stream may end in an abort error or just end.
async function leaveMidStream(open, take) {
  const controller = new AbortController();
  try {
    let seen = 0;
    for await (const piece of await open(controller.signal)) {
      seen += take(piece) ? 1 : 0;
      if (seen >= 2) controller.abort();
    }
  } catch (error) {
    assert.ok(controller.signal.aborted, `${error}`);
  }
  assert.ok(controller.signal.aborted, 'the stream ended before it was left');
}

const openaiScenarios = {
  'chat unary': () => chatUnary('gpt-5-mini'),
  'chat stream': () => chatStream('gpt-5-mini'),
  'responses unary': async () => {
    const reply = await openai.responses.create({ model: 'gpt-5-mini', input: HELLO });
    saysHello(reply.output_text);
    assert.equal(reply.status, 'completed');
  },
  'responses stream': async () => {
    let text = '', completed;
    for await (const event of await openai.responses.create({ model: 'gpt-5-mini', input: HELLO, stream: true })) {
      if (event.type === 'response.output_text.delta') text += event.delta;
      if (event.type === 'response.completed') completed = event.response;
    }
    saysHello(text);
    assert.ok(completed.usage.output_tokens > 0);
  },
  'completions unary': async () => {
    const reply = await openai.completions.create({ model: 'gpt-5-mini', prompt: HELLO });
    saysHello(reply.choices[0].text);
  },
  'tool call': async () => {
    const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
    const reply = await openai.chat.completions.create({
      model: 'gpt-5-mini', messages: user('use the tool'),
      tools: [{ type: 'function', function: { name: 'weather', parameters } }],
    });
    const call = reply.choices[0].message.tool_calls[0];
    assert.equal(call.function.name, 'weather');
    assert.deepEqual(JSON.parse(call.function.arguments), { city: 'sandbox' });
  },
  models: async () => {
    const ids = [];
    for await (const model of openai.models.list()) ids.push(model.id);
    assert.ok(ids.includes('gpt-5-mini'), ids.join());
  },
  embeddings: async () => {
    const reply = await openai.embeddings.create({ model: 'text-embedding-3-small', input: ['a', 'b'] });
    assert.equal(reply.data.length, 2);
    assert.ok(reply.data[0].embedding.length > 8);
  },
  'bad request 400': async () => {
    const error = await failure(400, () => openai.chat.completions.create({ model: 'gpt-5-mini', messages: [] }));
    assert.ok(error instanceof OpenAI.BadRequestError);
  },
  'rate limit 429': async () => {
    const error = await failure(429, () =>
      openai.chat.completions.create({ model: 'gpt-5', messages: user('sandbox:429') }));
    assert.ok(error instanceof OpenAI.RateLimitError);
  },
  'abort mid-stream': async () => {
    await leaveMidStream(
      (signal) => openai.chat.completions.create(
        { model: 'gpt-5-mini', messages: user(HELLO), stream: true }, { signal }),
      (chunk) => chunk.choices[0]?.delta?.content);
    await chatUnary('gpt-5-mini');
  },
};

const anthropicScenarios = {
  'messages unary': () => messagesUnary('claude-sonnet-4-5'),
  'messages stream': () => messagesStream('claude-sonnet-4-5'),
  'tool call': async () => {
    const input_schema = { type: 'object', properties: { city: { type: 'string' } } };
    const reply = await anthropic.messages.create({
      model: 'claude-sonnet-4-5', max_tokens: 500, messages: user('call weather'),
      tools: [{ name: 'weather', input_schema }],
    });
    assert.equal(reply.stop_reason, 'tool_use');
    assert.deepEqual(reply.content[0].input, { city: 'sandbox' });
  },
  models: async () => {
    const ids = [];
    for await (const model of anthropic.models.list()) ids.push(model.id);
    assert.ok(ids.includes('claude-sonnet-4-5'), ids.join());
  },
  'count tokens': async () => {
    const short = await anthropic.messages.countTokens({ model: 'claude-sonnet-4-5', messages: user('one') });
    const long = await anthropic.messages.countTokens(
      { model: 'claude-sonnet-4-5', messages: user('one '.repeat(99)) });
    assert.ok(short.input_tokens > 0 && long.input_tokens > short.input_tokens + 50);
  },
  'bad request 400': async () => {
    const error = await failure(400, () =>
      anthropic.messages.create({ model: 'claude-sonnet-4-5', max_tokens: 10, messages: [] }));
    assert.ok(error instanceof Anthropic.BadRequestError);
  },
  'rate limit 429': async () => {
    const error = await failure(429, () =>
      anthropic.messages.create({ model: 'claude-haiku-4-5', max_tokens: 10, messages: user('sandbox:429') }));
    assert.ok(error instanceof Anthropic.RateLimitError);
  },
  'abort mid-stream': async () => {
    await leaveMidStream(
      (signal) => anthropic.messages.create(
        { model: 'claude-sonnet-4-5', max_tokens: 500, messages: user(HELLO), stream: true }, { signal }),
      (event) => event.type === 'content_block_delta');
    await messagesUnary('claude-sonnet-4-5');
  },
};

const geminiScenarios = {
  'generate unary': () => geminiUnary('gemini-2.5-flash'),
  'generate stream': () => geminiStream('gemini-2.5-flash'),
  'tool call': async () => {
    const parametersJsonSchema = { type: 'object', properties: { city: { type: 'string' } } };
    const reply = await gemini.models.generateContent({
      model: 'gemini-2.5-flash', contents: 'use the tool',
      config: { tools: [{ functionDeclarations: [{ name: 'weather', parametersJsonSchema }] }] },
    });
    assert.equal(reply.functionCalls[0].name, 'weather');
    assert.deepEqual(reply.functionCalls[0].args, { city: 'sandbox' });
  },
  models: async () => {
    const names = [];
    for await (const model of await gemini.models.list()) names.push(model.name);
    assert.ok(names.includes('models/gemini-2.5-flash'), names.join());
  },
  'count tokens': async () => {
    const reply = await gemini.models.countTokens({ model: 'gemini-2.5-flash', contents: 'some words to count' });
    assert.ok(reply.totalTokens > 3);
  },
  embed: async () => {
    const reply = await gemini.models.embedContent({ model: 'gemini-embedding-001', contents: 'a' });
    assert.ok(reply.embeddings[0].values.length > 8);
  },
  'bad request 400': () => failure(400, () =>
    gemini.models.generateContent({ model: 'gemini-2.5-flash', contents: 'x', config: { temperature: 9 } })),
  'rate limit 429': () => failure(429, () =>
    gemini.models.generateContent({ model: 'gemini-2.5-pro', contents: 'sandbox:429' })),
  'abort mid-stream': async () => {
    await leaveMidStream(
      (signal) => gemini.models.generateContentStream({
        model: 'gemini-2.5-flash', contents: HELLO, config: { abortSignal: signal } }),
      (chunk) => chunk.text);
    await geminiUnary('gemini-2.5-flash');
  },
};

// Model names that the runner has routed to another provider than the SDK's own.
const foreignScenarios = {
  'openai on anthropic unary': () => chatUnary('via-anthropic'),
  'openai on anthropic stream': () => chatStream('via-anthropic'),
  'openai on gemini unary': () => chatUnary('via-gemini'),
  'openai on gemini stream': () => chatStream('via-gemini'),
  'anthropic on openai unary': () => messagesUnary('via-openai'),
  'anthropic on openai stream': () => messagesStream('via-openai'),
  'anthropic on gemini unary': () => messagesUnary('via-gemini'),
  'anthropic on gemini stream': () => messagesStream('via-gemini'),
  'gemini on openai unary': () => geminiUnary('via-openai'),
  'gemini on openai stream': () => geminiStream('via-openai'),
  'gemini on anthropic unary': () => geminiUnary('via-anthropic'),
  'gemini on anthropic stream': () => geminiStream('via-anthropic'),
};

const strictScenarios = {
  'openai right key': () => chatUnary('gpt-5-mini'),
  'anthropic right key': () => messagesUnary('claude-sonnet-4-5'),
  'gemini right key': () => geminiUnary('gemini-2.5-flash'),
  'openai wrong key 401': async () => {
    const error = await failure(401, () =>
      openaiWith('sk-wrong').chat.completions.create({ model: 'gpt-5-mini', messages: user(HELLO) }));
    assert.ok(error instanceof OpenAI.AuthenticationError);
  },
  'anthropic wrong key 401': async () => {
    const error = await failure(401, () => anthropicWith('sk-wrong').messages.create(
      { model: 'claude-sonnet-4-5', max_tokens: 10, messages: user(HELLO) }));
    assert.ok(error instanceof Anthropic.AuthenticationError);
  },
  'gemini wrong key 401': () => failure(401, () =>
    geminiWith('sk-wrong').models.generateContent({ model: 'gemini-2.5-flash', contents: HELLO })),
};

if (env.phase === 'strict') {
  await run('strict', strictScenarios);
} else {
  await run('openai', openaiScenarios);
  await run('anthropic', anthropicScenarios);
  await run('gemini', geminiScenarios);
  if (env.phase === 'gateway') await run('foreign', foreignScenarios);
}
process.exit(0);
