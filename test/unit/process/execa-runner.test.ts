import { expect, test } from 'vitest';
import { execaRunner, runnerUntil } from '../../../src/process/execa-runner.ts';

test('a short command that fails, is missing, does not end or prints without end has printed nothing', async () => {
  expect(await execaRunner.capture('printf', ['%s', 'seven'])).toEqual({ stdout: 'seven', stderr: '' });
  expect(await execaRunner.capture('false', [])).toBeUndefined();
  expect(await execaRunner.capture('no-such-program', [])).toBeUndefined();
  expect(await execaRunner.capture('sleep', ['600'], { timeoutMs: 50 })).toBeUndefined();
  expect(await execaRunner.capture('cat', ['/dev/zero'])).toBeUndefined();
});

test('a signal ends it', async () => {
  const over = new AbortController();
  const reason = new Error('called off');
  const sleeping = runnerUntil(over.signal).capture('sleep', ['600']);
  over.abort(reason);
  await expect(sleeping).rejects.toBe(reason);
});
