import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';

const agent = join(process.cwd(), 'build/Release/liballocator-agent.so');

/** In glibc 2.17 and in musl 1.1: nothing newer, and no version of any. */
const everywhere = [
  ...['clock_gettime', 'close', 'connect', 'dl_iterate_phdr', 'dladdr', 'dlclose', 'dlopen', 'dlsym'],
  ...['memcpy', 'memmove', 'memset', 'send', 'snprintf', 'socket', 'strlen', 'strncmp'],
];

test('it needs no library, and functions that each libc has', async () => {
  const { stdout: dynamic } = await execa('readelf', ['--dynamic', '--wide', agent]);
  expect(dynamic).not.toContain('(NEEDED)');
  expect(dynamic).not.toContain('(VERNEED)');
  const { stdout } = await execa('nm', ['--dynamic', '--undefined-only', '--format=just-symbols', agent]);
  const wanted = stdout.split('\n').map((name) => name.trim());
  expect(wanted.filter((name) => !everywhere.includes(name))).toEqual([]);
});

test('it shows one function', async () => {
  const { stdout } = await execa('nm', ['--dynamic', '--defined-only', '--format=just-symbols', agent]);
  expect(stdout.trim()).toBe('Agent_OnAttach');
});
