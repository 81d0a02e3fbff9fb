// Every client protocol on every upstream: tools, structured output, media, reasoning with its state, early ends.
import { anthropic, gemini, openai } from './clients.mjs';
import { Chat, Gemini, Messages, Responses, StoredResponses } from './conversations.mjs';
import { assert, env, leaveMidStream } from './harness.mjs';
import { runnerScenarios } from './runners.mjs';
import * as text from './text.mjs';

// Behind the gateway the runner has routed these names; the sandbox itself is asked for its own models.
const UPSTREAMS = {
  openai: 'via-openai', chat: 'via-chat', anthropic: 'via-anthropic', gemini: 'via-gemini',
};
const THINKING_UPSTREAMS = { ...UPSTREAMS, 'newer anthropic': 'via-anthropic-5', 'newer gemini': 'via-gemini-3' };
const DIRECT = { chat: 'gpt-5-mini', responses: 'gpt-5-mini', messages: 'claude-sonnet-4-5', gemini: 'gemini-3.8-flash' };

const CONVERSATIONS = { chat: Chat, responses: Responses, messages: Messages, gemini: Gemini };

const object = (properties) => ({
  type: 'object', properties, required: Object.keys(properties), additionalProperties: false,
});
const WEATHER = { name: 'weather', parameters: object({ city: { type: 'string' }, days: { type: 'integer' } }) };
const CLOCK = { name: 'clock', parameters: object({ zone: { type: 'string', enum: ['UTC', 'CET'] } }) };
const TOOLS = [WEATHER, CLOCK];
const SCHEMA = object({
  title: { type: 'string' },
  score: { type: 'integer' },
  mood: { type: 'string', enum: ['good', 'bad'] },
  steps: { type: 'array', items: object({ text: { type: 'string' }, done: { type: 'boolean' } }) },
});
const PNG = {
  type: 'image/png',
  data: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
};
const PDF = { type: 'application/pdf', data: Buffer.from('%PDF-1.4\n%%EOF\n').toString('base64') };

async function toolLoop(talk) {
  const asked = await talk.say('Please call weather');
  assert.deepEqual(asked.calls.map(({ name }) => name), ['weather']);
  assert.deepEqual(asked.calls[0].arguments, { city: 'sandbox', days: 1 });
  const final = await talk.give(['21 degrees, "mild"']);
  assert.match(final.text, /The tool answered: .*21 degrees, \\?"mild\\?"/);
  assert.equal(final.calls.length, 0);
}

async function parallelCalls(talk) {
  const asked = await talk.say('Please call weather and call clock');
  assert.deepEqual(asked.calls.map(({ name }) => name), ['weather', 'clock']);
  assert.deepEqual(asked.calls[1].arguments, { zone: 'UTC' });
  if (asked.calls[0].id) assert.notEqual(asked.calls[0].id, asked.calls[1].id);
  const final = await talk.give(['rain', 'noon']);
  assert.match(final.text, /The tools answered: .*rain.*noon/);
}

async function structured(talk, { parses }) {
  const reply = await talk.say('Fill it in');
  const expected = { title: 'sandbox', score: 1, mood: 'good', steps: [{ text: 'sandbox', done: true }] };
  assert.deepEqual(JSON.parse(reply.text), expected);
  if (parses) assert.deepEqual(reply.parsed, expected);
}

async function media(talk, medium, saw) {
  const reply = await talk.say('What is it?', [medium]);
  assert.match(reply.text, /You said: What is it\?/);
  assert.ok(reply.text.includes(saw), reply.text);
}

// Two turns, each with a tool loop. The upstream checks its states itself: it refuses a wrong one, and one that is
// missing where it must not be; it says how many came back. `states` are those numbers for the second and the fourth
// answer.
async function thinking(talk, states) {
  const thinks = (reply) => assert.match(reply.thought, /^I was told: /, 'no thought was shown');
  const returned = (reply) => Number(/State returned: (\d+)/.exec(reply.text)?.[1] ?? 0);
  const first = await talk.say('sandbox:think and call weather');
  thinks(first);
  assert.deepEqual(first.calls.map(({ name }) => name), ['weather']);
  const second = await talk.give(['sunshine']);
  thinks(second);
  assert.match(second.text, /The tool answered: .*sunshine/);
  const third = await talk.say('sandbox:think again, call weather and call clock');
  thinks(third);
  assert.deepEqual(third.calls.map(({ name }) => name), ['weather', 'clock']);
  const fourth = await talk.give(['rain', 'noon']);
  assert.match(fourth.text, /The tools answered: .*rain.*noon/);
  assert.deepEqual([returned(second), returned(fourth)], states);
}

// Chat has no place for state: the gateway keeps what stands before a tool call, and only that.
function statesOf(surface, upstream) {
  if (upstream === 'chat') return [0, 0];
  if (surface !== 'chat') return [1, 3];
  return upstream === 'openai' ? [0, 0] : [1, 2];
}

function conversationScenarios(surface, upstream, model) {
  const Conversation = CONVERSATIONS[surface];
  const scenarios = {};
  for (const stream of [false, true]) {
    const add = (name, scenario) => {
      scenarios[`${surface} on ${upstream}, ${name}${stream ? ', streamed' : ''}`] = scenario;
    };
    const talk = (options) => new Conversation(model, { stream, ...options });
    add('tool loop', () => toolLoop(talk({ tools: TOOLS })));
    add('parallel calls', () => parallelCalls(talk({ tools: TOOLS })));
    add('structured output', () => structured(talk({ schema: SCHEMA }), { parses: surface !== 'gemini' }));
    add('image', () => media(talk(), PNG, 'I saw 1 image (image/png, 70 bytes)'));
    add('pdf', () => media(talk(), PDF, 'I saw 1 file (application/pdf, 15 bytes)'));
  }
  return scenarios;
}

function thinkingScenarios(surface, upstream, model, Conversation = CONVERSATIONS[surface]) {
  const how = Conversation === StoredResponses ? ' by previous_response_id' : '';
  return Object.fromEntries([false, true].map((stream) => [
    `${surface}${how} on ${upstream}, thinking${stream ? ', streamed' : ''}`,
    () => thinking(new Conversation(model, { stream, tools: TOOLS, think: true }), statesOf(surface, upstream)),
  ]));
}

// A history that another provider answered: its state stays behind.
async function changeProvider(Conversation) {
  const talk = new Conversation('via-anthropic', { tools: TOOLS, think: true });
  await talk.say('sandbox:think and call weather');
  await talk.give(['sunshine']);
  for (const model of ['via-gemini-3', 'via-openai', 'via-anthropic']) {
    if (talk.request) talk.request.model = model;
    const asked = await talk.say('sandbox:think again, call clock');
    assert.deepEqual(asked.calls.map(({ name }) => name), ['clock'], model);
    assert.match((await talk.give(['noon'])).text, /The tool answered: .*noon/, model);
  }
}

const STREAMS = {
  chat: [
    (model, signal) => openai.chat.completions.create(
      { model, messages: text.user(text.HELLO), stream: true }, { signal }),
    (chunk) => chunk.choices[0]?.delta?.content, text.chatUnary, text.chatStream],
  completions: [
    (model, signal) => openai.completions.create({ model, prompt: text.HELLO, stream: true }, { signal }),
    (chunk) => chunk.choices[0]?.text, text.completionsUnary, text.completionsStream],
  responses: [
    (model, signal) => openai.responses.create({ model, input: text.HELLO, stream: true }, { signal }),
    (event) => event.type === 'response.output_text.delta', text.responsesUnary, text.responsesStream],
  messages: [
    (model, signal) => anthropic.messages.create(
      { model, max_tokens: 500, messages: text.user(text.HELLO), stream: true }, { signal }),
    (event) => event.type === 'content_block_delta', text.messagesUnary, text.messagesStream],
  gemini: [
    (model, signal) => gemini.models.generateContentStream(
      { model, contents: text.HELLO, config: { abortSignal: signal } }),
    (chunk) => chunk.text, text.geminiUnary, text.geminiStream],
};

function textScenarios(surface, upstream, model) {
  const [open, take, unary, streamed] = STREAMS[surface];
  return {
    [`${surface} on ${upstream}, text`]: () => unary(model),
    [`${surface} on ${upstream}, text, streamed`]: () => streamed(model),
    [`${surface} on ${upstream}, abort mid-stream`]: async () => {
      await leaveMidStream((signal) => open(model, signal), take);
      await unary(model);
    },
  };
}

async function storedResponse(model) {
  const created = await openai.responses.create({ model, input: text.HELLO });
  const kept = await openai.responses.retrieve(created.id);
  assert.equal(kept.output_text ?? kept.output[0].content[0].text, created.output_text);
  await openai.responses.delete(created.id);
  await assert.rejects(openai.responses.retrieve(created.id), { status: 404 });
}

function gatewayMatrix() {
  const scenarios = {};
  for (const [upstream, model] of Object.entries(UPSTREAMS)) {
    for (const surface of Object.keys(STREAMS)) Object.assign(scenarios, textScenarios(surface, upstream, model));
    for (const surface of Object.keys(CONVERSATIONS)) {
      Object.assign(scenarios, conversationScenarios(surface, upstream, model));
    }
    Object.assign(scenarios, runnerScenarios(upstream, model));
    if (upstream !== 'openai') scenarios[`responses on ${upstream}, kept and deleted`] = () => storedResponse(model);
  }
  for (const [upstream, model] of Object.entries(THINKING_UPSTREAMS)) {
    for (const surface of Object.keys(CONVERSATIONS)) {
      Object.assign(scenarios, thinkingScenarios(surface, upstream, model));
    }
    // OpenAI's own responses are kept by OpenAI, and the sandbox keeps none.
    if (upstream !== 'openai') {
      Object.assign(scenarios, thinkingScenarios('responses', upstream, model, StoredResponses));
    }
  }
  for (const [surface, Conversation] of Object.entries(CONVERSATIONS)) {
    if (surface !== 'gemini') {
      scenarios[`${surface}, thinking goes on elsewhere`] = () => changeProvider(Conversation);
    }
  }
  return scenarios;
}

function directMatrix() {
  const scenarios = {};
  for (const [surface, model] of Object.entries(DIRECT)) {
    Object.assign(scenarios, conversationScenarios(surface, 'itself', model));
    const upstream = surface === 'chat' ? 'chat' : 'itself';
    Object.assign(scenarios, thinkingScenarios(surface, upstream, model));
  }
  return scenarios;
}

export const matrixScenarios = () => (env.phase === 'gateway' ? gatewayMatrix() : directMatrix());
