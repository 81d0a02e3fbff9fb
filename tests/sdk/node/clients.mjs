// The SDKs, pointed at the server under test.
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';

import { env } from './harness.mjs';

export const openaiWith = (apiKey) => new OpenAI({ apiKey, baseURL: `${env.base}/v1`, maxRetries: 0 });
export const anthropicWith = (apiKey) => new Anthropic({ apiKey, baseURL: env.base, maxRetries: 0 });
export const geminiWith = (apiKey) => new GoogleGenAI({ apiKey, httpOptions: { baseUrl: env.base } });
export const openai = openaiWith(env.key);
export const anthropic = anthropicWith(env.key);
export const gemini = geminiWith(env.key);

export { Anthropic, OpenAI };
