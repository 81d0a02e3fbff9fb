// One conversation in each client protocol, written as each SDK's documentation shows it, behind one face:
//   new X(model, {stream, tools, think, schema})
//   say(prompt, media)    → a reply: {text, thought, calls: [{id, name, arguments}], parsed, finish}
//   give(results)         → the reply to the results of the last reply's calls, in their order
// What the SDK gave is what goes back: the history holds the SDK's own objects.
import { Type } from '@google/genai';

import { jsonSchemaOutputFormat } from '@anthropic-ai/sdk/helpers/json-schema';
import { anthropic, gemini, openai } from './clients.mjs';
import { assert } from './harness.mjs';

const isImage = (medium) => medium.type.startsWith('image/');
const dataUrl = (medium) => `data:${medium.type};base64,${medium.data}`;

export class Chat {
  constructor(model, { stream, tools = [], think, schema } = {}) {
    this.stream = stream;
    this.history = [];
    this.request = { model, messages: this.history };
    if (tools.length > 0) {
      this.request.tools = tools.map(({ name, parameters }) => ({ type: 'function', function: { name, parameters, strict: true } }));
    }
    if (think) this.request.reasoning_effort = 'medium';
    if (schema) {
      this.request.response_format = { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } };
    }
  }

  say(prompt, media = []) {
    const parts = media.map((medium) => (isImage(medium)
      ? { type: 'image_url', image_url: { url: dataUrl(medium) } }
      : { type: 'file', file: { filename: 'a.pdf', file_data: dataUrl(medium) } }));
    this.history.push({ role: 'user', content: [...parts, { type: 'text', text: prompt }] });
    return this.#turn();
  }

  give(results) {
    this.calls.forEach((call, i) => {
      this.history.push({ role: 'tool', tool_call_id: call.id, content: results[i] });
    });
    return this.#turn();
  }

  async #turn() {
    let completion, thought = '';
    if (this.stream) {
      const stream = openai.chat.completions.stream(this.request);
      stream.on('chunk', (chunk) => { thought += chunk.choices[0]?.delta?.reasoning_content ?? ''; });
      completion = await stream.finalChatCompletion();
    } else {
      completion = await openai.chat.completions.parse(this.request);
      thought = completion.choices[0].message.reasoning_content ?? '';
    }
    const { message, finish_reason: finish } = completion.choices[0];
    this.history.push(message);
    this.calls = (message.tool_calls ?? []).map((call) => ({
      id: call.id, name: call.function.name, arguments: JSON.parse(call.function.arguments),
    }));
    assert.equal(finish, this.calls.length > 0 ? 'tool_calls' : 'stop');
    return { text: message.content ?? '', thought, calls: this.calls, parsed: message.parsed };
  }
}

export class Responses {
  constructor(model, { stream, tools = [], think, schema } = {}) {
    this.stream = stream;
    this.history = [];
    this.request = { model };
    if (tools.length > 0) {
      this.request.tools = tools.map(({ name, parameters }) => ({ type: 'function', name, parameters, strict: true }));
    }
    if (think) {
      this.request.reasoning = { effort: 'medium', summary: 'auto' };
      this.request.include = ['reasoning.encrypted_content'];
    }
    if (schema) this.request.text = { format: { type: 'json_schema', name: 'answer', strict: true, schema } };
  }

  say(prompt, media = []) {
    const parts = media.map((medium) => (isImage(medium)
      ? { type: 'input_image', detail: 'auto', image_url: dataUrl(medium) }
      : { type: 'input_file', filename: 'a.pdf', file_data: dataUrl(medium) }));
    return this.turn([{ role: 'user', content: [...parts, { type: 'input_text', text: prompt }] }]);
  }

  give(results) {
    return this.turn(this.calls.map((call, i) => ({
      type: 'function_call_output', call_id: call.id, output: results[i],
    })));
  }

  // The whole history goes with each request, and nothing is kept by the server.
  input(items) {
    this.history.push(...items);
    return { input: this.history, store: false };
  }

  async turn(items) {
    const request = { ...this.request, ...this.input(items) };
    this.response = this.stream
      ? await openai.responses.stream(request).finalResponse()
      : await openai.responses.parse(request);
    this.history.push(...this.response.output);
    assert.equal(this.response.status, 'completed');
    const ofType = (type) => this.response.output.filter((item) => item.type === type);
    this.calls = ofType('function_call').map((call) => ({
      id: call.call_id, name: call.name, arguments: JSON.parse(call.arguments),
    }));
    const thought = ofType('reasoning').flatMap((item) => item.summary.map((part) => part.text)).join('');
    return { text: this.response.output_text, thought, calls: this.calls, parsed: this.response.output_parsed };
  }
}

// The same, going on from the last response by its id.
export class StoredResponses extends Responses {
  input(items) {
    return this.response ? { input: items, previous_response_id: this.response.id } : { input: items };
  }
}

export class Messages {
  constructor(model, { stream, tools = [], think, schema } = {}) {
    this.stream = stream;
    this.history = [];
    this.request = { model, max_tokens: 4000, messages: this.history };
    if (tools.length > 0) {
      this.request.tools = tools.map(({ name, parameters }) => ({ name, input_schema: parameters }));
    }
    if (think) this.request.thinking = { type: 'enabled', budget_tokens: 2048 };
    if (schema) this.request.output_config = { format: jsonSchemaOutputFormat(schema) };
  }

  say(prompt, media = []) {
    const parts = media.map((medium) => ({
      type: isImage(medium) ? 'image' : 'document',
      source: { type: 'base64', media_type: medium.type, data: medium.data },
    }));
    this.history.push({ role: 'user', content: [...parts, { type: 'text', text: prompt }] });
    return this.#turn();
  }

  give(results) {
    this.history.push({
      role: 'user',
      content: this.calls.map((call, i) => ({ type: 'tool_result', tool_use_id: call.id, content: results[i] })),
    });
    return this.#turn();
  }

  async #turn() {
    const message = this.stream
      ? await anthropic.messages.stream(this.request).finalMessage()
      : await anthropic.messages.parse(this.request);
    this.history.push({ role: 'assistant', content: message.content });
    const ofType = (type) => message.content.filter((block) => block.type === type);
    this.calls = ofType('tool_use').map(({ id, name, input }) => ({ id, name, arguments: input }));
    assert.equal(message.stop_reason, this.calls.length > 0 ? 'tool_use' : 'end_turn');
    return {
      text: ofType('text').map((block) => block.text).join(''),
      thought: ofType('thinking').map((block) => block.thinking).join(''),
      calls: this.calls,
      parsed: message.parsed_output,
    };
  }
}

export class Gemini {
  constructor(model, { stream, tools = [], think, schema } = {}) {
    this.stream = stream;
    const config = { temperature: 1 };
    if (tools.length > 0) {
      config.tools = [{
        functionDeclarations: tools.map(({ name, parameters }) => ({ name, parametersJsonSchema: parameters })),
      }];
    }
    if (think) config.thinkingConfig = { includeThoughts: true, thinkingBudget: 2048 };
    if (schema) Object.assign(config, { responseMimeType: 'application/json', responseJsonSchema: schema });
    this.chat = gemini.chats.create({ model, config });
  }

  say(prompt, media = []) {
    const parts = media.map((medium) => ({ inlineData: { mimeType: medium.type, data: medium.data } }));
    return this.#turn([...parts, { text: prompt }]);
  }

  give(results) {
    return this.#turn(this.calls.map(({ id, name }, i) => ({
      functionResponse: { ...(id ? { id } : {}), name, response: { output: results[i] } },
    })));
  }

  async #turn(message) {
    const parts = [];
    let finish;
    const take = (reply) => {
      parts.push(...(reply.candidates?.[0]?.content?.parts ?? []));
      finish = reply.candidates?.[0]?.finishReason ?? finish;
    };
    if (this.stream) {
      for await (const chunk of await this.chat.sendMessageStream({ message })) take(chunk);
    } else {
      take(await this.chat.sendMessage({ message }));
    }
    assert.equal(finish, 'STOP');
    this.calls = parts.filter((part) => part.functionCall)
      .map(({ functionCall }) => ({ id: functionCall.id, name: functionCall.name, arguments: functionCall.args }));
    const join = (wanted) => parts.filter((part) => Boolean(part.thought) === wanted)
      .map((part) => part.text ?? '').join('');
    return { text: join(false), thought: join(true), calls: this.calls };
  }
}

export { Type };
