// The official Node SDKs against a base URL: see tests/sdk/run.
import { env, run } from './harness.mjs';
import { matrixScenarios } from './matrix.mjs';
import { anthropicScenarios, geminiScenarios, openaiScenarios, strictScenarios } from './own.mjs';

if (env.phase === 'strict') {
  await run('strict', strictScenarios);
} else {
  await run('openai', openaiScenarios);
  await run('anthropic', anthropicScenarios);
  await run('gemini', geminiScenarios);
  await run('matrix', matrixScenarios());
}
process.exit(0);
