import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findMemoryLimiter, limiterCure } from '../../../src/process/memory-limiter.ts';

/** Folders in which a file system of cgroups would make files by itself, and this one does not. */
function noCgroup(): string {
  const folder = mkdtempSync(join(tmpdir(), 'offheap-cgroup-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const own = join(folder, 'own');
  mkdirSync(own);
  return own;
}

test.each([
  [1, /\(v1\) below .*\/own, which is not allowed here\. Run it .*in Docker: docker run --rm --user 0 --cgroupns=host/],
  [2, /\(v2\) below .*\/own, which is not allowed here\. Run it .*in Docker: docker run --rm --user 0 --cgroupns=host/],
] as const)('where no group can be made with v%d it says how to get one', (version, message) => {
  const folder = noCgroup();
  expect(() => findMemoryLimiter({ version, folder })).toThrow(message);
});

test('nobody who is root is told to become it', () => {
  expect(limiterCure(1, false)).toMatch(/^Run it as root, or in Docker: /);
  expect(limiterCure(2, false)).toMatch(/^Run it in a scope of yours: systemd-run --user --scope .*; or as root; or in Docker: /);
  for (const version of [1, 2] as const) expect(limiterCure(version, true)).toMatch(/^Run it on the host, or in Docker: /);
});
