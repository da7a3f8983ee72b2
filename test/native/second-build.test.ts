import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

// One build with both that go together: each file is compiled and each test run once for them.
test.each(['', 'address,undefined', 'thread'])(
  'cmake builds without a warning and the native unit tests pass, sanitizer: %j',
  { timeout: 900_000 },
  (sanitizer) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'scripts', 'build-cmake.mjs'), sanitizer], {
      encoding: 'utf8',
    });
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe('');
    expect(stderr).toMatch(/running the native unit tests: done/);
  },
);
