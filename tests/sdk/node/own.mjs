// Each SDK with its own provider, and what the gateway itself answers: lists, refusals, keys.
import { Anthropic, OpenAI, anthropic, anthropicWith, gemini, geminiWith, openai, openaiWith } from './clients.mjs';
import { assert, failure, leaveMidStream } from './harness.mjs';
import {
  HELLO, chatStream, chatUnary, completionsStream, completionsUnary, geminiStream, geminiUnary, messagesStream,
  messagesUnary, responsesStream, responsesUnary, user,
} from './text.mjs';

export const openaiScenarios = {
  'chat unary': () => chatUnary('gpt-5-mini'),
  'chat stream': () => chatStream('gpt-5-mini'),
  'responses unary': () => responsesUnary('gpt-5-mini'),
  'responses stream': () => responsesStream('gpt-5-mini'),
  'completions unary': () => completionsUnary('gpt-5-mini'),
  'completions stream': () => completionsStream('gpt-5-mini'),
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

export const anthropicScenarios = {
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

export const geminiScenarios = {
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

export const strictScenarios = {
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
