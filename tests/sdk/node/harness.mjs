// Runs named scenarios, a few at a time, and prints "ok NAME" or "FAIL NAME: why" for each, in their order.
import assert from 'node:assert/strict';

export const env = {
  base: process.env.AG_BASE,
  key: process.env.AG_KEY || 'sk-any',
  phase: process.env.AG_PHASE || 'direct', // direct: the sandbox itself; gateway: auth off; strict: auth on
};

const SECONDS = 60;
const AT_ONCE = 8;

async function outcome(suite, name, scenario) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end after ${SECONDS} s`)), SECONDS * 1000);
  });
  try {
    await Promise.race([scenario(), limit]);
    return `ok node ${suite} ${name}`;
  } catch (error) {
    const lines = String(error?.stack || error).split('\n').filter((line) => line.trim());
    return `FAIL node ${suite} ${name}: ${lines.slice(0, 6).join(' | ').slice(0, 700)}`;
  } finally {
    clearTimeout(timer);
  }
}

export async function run(suite, scenarios) {
  const waiting = Object.entries(scenarios);
  const running = [];
  while (waiting.length > 0 || running.length > 0) {
    while (waiting.length > 0 && running.length < AT_ONCE) running.push(outcome(suite, ...waiting.shift()));
    console.log(await running.shift());
  }
}

// The error with which `call` fails; its status is checked.
export async function failure(status, call) {
  try {
    await call();
  } catch (error) {
    assert.equal(error.status, status, `${error}`);
    return error;
  }
  throw new Error(`no error where a ${status} was due`);
}

// Leaves a slow stream after two pieces of content. The stream may end in an abort error or just end.
export async function leaveMidStream(open, take) {
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

export { assert };
