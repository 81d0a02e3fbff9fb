// Runs named scenarios one after the other and prints "ok NAME" or "FAIL NAME: why" for each.
import assert from 'node:assert/strict';

export const env = {
  base: process.env.AG_BASE,
  key: process.env.AG_KEY || 'sk-any',
  phase: process.env.AG_PHASE || 'direct', // direct: the sandbox itself; gateway: auth off; strict: auth on
};

const SECONDS = 60;

export async function run(suite, scenarios) {
  for (const [name, scenario] of Object.entries(scenarios)) {
    let timer;
    const limit = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no end after ${SECONDS} s`)), SECONDS * 1000);
    });
    try {
      await Promise.race([scenario(), limit]);
      console.log(`ok node ${suite} ${name}`);
    } catch (error) {
      console.log(`FAIL node ${suite} ${name}: ${String(error?.stack || error).split('\n').slice(0, 3).join(' | ')}`);
    } finally {
      clearTimeout(timer);
    }
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

export { assert };
