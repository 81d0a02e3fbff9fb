// What the SDKs do by themselves: they run tools until the model is done. And forms of content that only some APIs have.
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';

import { anthropic, gemini, openai } from './clients.mjs';
import { assert } from './harness.mjs';
import { user } from './text.mjs';

const PROMPT = 'Please call weather';
const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false };
const fog = ({ city }) => `fog in ${city}`;
const saysFog = (text) => assert.match(text, /The tool answered: .*fog in sandbox/);
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const SAW = /I saw 1 image \(image\/png, 70 bytes\)/;
const URL = 'https://example.com/a.png';

async function chatRunner(model, stream) {
  const runner = openai.chat.completions.runTools({
    model, stream, messages: user(PROMPT),
    tools: [{ type: 'function', function: { name: 'weather', parameters: SCHEMA, parse: JSON.parse, function: fog } }],
  });
  saysFog(await runner.finalContent());
}

async function messagesRunner(model, stream) {
  const weather = betaTool({ name: 'weather', description: 'Tells the weather', inputSchema: SCHEMA, run: fog });
  const runner = anthropic.beta.messages.toolRunner({
    model, stream, max_tokens: 500, messages: user(PROMPT), tools: [weather],
  });
  saysFog((await runner.runUntilDone()).content.at(-1).text);
}

async function jsonMode(model) {
  const reply = await openai.chat.completions.create({
    model, messages: user('Some JSON, please'), response_format: { type: 'json_object' },
  });
  assert.equal(typeof JSON.parse(reply.choices[0].message.content), 'object');
  assert.equal(reply.choices[0].finish_reason, 'stop');
}

async function imageInMessagesResult(model) {
  const reply = await anthropic.messages.create({
    model, max_tokens: 500, tools: [{ name: 'camera', input_schema: { type: 'object' } }],
    messages: [
      { role: 'user', content: 'Look' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'camera', input: {} }] },
      {
        role: 'user',
        content: [{
          type: 'tool_result', tool_use_id: 'toolu_1',
          content: [
            { type: 'text', text: 'a photo' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
          ],
        }],
      },
    ],
  });
  assert.match(reply.content[0].text, SAW);
}

async function imageInResponsesResult(model) {
  const reply = await openai.responses.create({
    model, tools: [{ type: 'function', name: 'camera', parameters: { type: 'object', properties: {} }, strict: false }],
    input: [
      { role: 'user', content: 'Look' },
      { type: 'function_call', call_id: 'call_1', name: 'camera', arguments: '{}' },
      {
        type: 'function_call_output', call_id: 'call_1',
        output: [
          { type: 'input_text', text: 'a photo' },
          { type: 'input_image', detail: 'auto', image_url: `data:image/png;base64,${PNG}` },
        ],
      },
    ],
  });
  assert.match(reply.output_text, SAW);
}

const sawUrl = (text) => assert.ok(text.includes(`I saw 1 image (${URL})`), text);

const IMAGES_BY_URL = {
  chat: async (model) => sawUrl((await openai.chat.completions.create({
    model, messages: user([{ type: 'text', text: 'Look' }, { type: 'image_url', image_url: { url: URL } }]),
  })).choices[0].message.content),
  responses: async (model) => sawUrl((await openai.responses.create({
    model, input: user([{ type: 'input_image', detail: 'auto', image_url: URL }]),
  })).output_text),
  messages: async (model) => sawUrl((await anthropic.messages.create({
    model, max_tokens: 500, messages: user([{ type: 'image', source: { type: 'url', url: URL } }]),
  })).content[0].text),
  gemini: async (model) => sawUrl((await gemini.models.generateContent({
    model, contents: [{ role: 'user', parts: [{ fileData: { fileUri: URL, mimeType: 'image/png' } }, { text: 'Look' }] }],
  })).text),
};

export function runnerScenarios(upstream, model) {
  const scenarios = {
    [`chat on ${upstream}, tool runner`]: () => chatRunner(model, false),
    [`chat on ${upstream}, tool runner, streamed`]: () => chatRunner(model, true),
    [`messages on ${upstream}, tool runner`]: () => messagesRunner(model, false),
    [`messages on ${upstream}, tool runner, streamed`]: () => messagesRunner(model, true),
    [`chat on ${upstream}, JSON mode`]: () => jsonMode(model),
    [`messages on ${upstream}, image in a result`]: () => imageInMessagesResult(model),
    [`responses on ${upstream}, image in a result`]: () => imageInResponsesResult(model),
  };
  for (const [surface, scenario] of Object.entries(IMAGES_BY_URL)) {
    scenarios[`${surface} on ${upstream}, image by URL`] = () => scenario(model);
  }
  return scenarios;
}
