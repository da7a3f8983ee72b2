import { expect, test } from 'vitest';
import { runtimeOf } from '../../../src/observe/runtime.ts';

test.each([
  [['/usr/bin/python3.11', '/usr/lib/libc.so.6'], 'cpython'],
  [['/app/server', '/usr/lib/libpython3.12.so.1.0'], 'cpython'],
  [['/usr/bin/node'], 'v8'],
  [['/usr/lib/libnode.so.109'], 'v8'],
  [['/usr/bin/nodetool', '/opt/python-tools/run'], undefined],
  [[], undefined],
] as const)('with %j mapped it is %s', (mappedFiles, runtime) => {
  expect(runtimeOf({ mappedFiles })).toBe(runtime);
});

test('a program in Go has its build information in it', () => {
  const program = new Uint8Array(Buffer.from('\x7fELF…\xff Go buildinf:\b\x02', 'latin1'));
  expect(runtimeOf({ mappedFiles: [], program })).toBe('go');
  expect(runtimeOf({ mappedFiles: [], program: program.subarray(0, 9) })).toBeUndefined();
});

test('a native image is one, whatever it has mapped', () => {
  expect(runtimeOf({ mappedFiles: ['/usr/bin/node'], isNativeImage: true })).toBe('native-image');
});
