import { expect, test } from 'vitest';
import { prebuildsFor } from '../../../scripts/lib/cross.mjs';

test.each([
  [{}, ['linux-x64', 'linux-arm64', 'linuxmusl-x64', 'linuxmusl-arm64']],
  [{ arch: ['x64'] }, ['linux-x64', 'linuxmusl-x64']],
  [{ arch: ['arm64'], libc: ['musl'] }, ['linuxmusl-arm64']],
  [{ arch: ['x64', 'arm64'], libc: ['glibc'] }, ['linux-x64', 'linux-arm64']],
  [{ arch: ['x64', 'sparc'] }, []],
  [{ libc: ['bionic'] }, []],
])('%j is compiled for %j', (chosen, folders) => {
  expect(prebuildsFor(chosen).map(({ folder }) => folder)).toEqual(folders);
});
