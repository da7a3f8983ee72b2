import { expect, test } from 'vitest';
import { commandToCompare } from '../../../src/commands/run/repeat-command.ts';

test.each([
  [
    [
      'compare',
      '--explore',
      '--budget=9m',
      '--ready=tcp:80',
      '--load',
      "node 'a b.js'",
      '-q',
      '--',
      'java',
      '--explore',
      '-jar',
      'app.jar',
    ],
    "offheap compare --ready=tcp:80 --load 'node '\\''a b.js'\\''' --allocator=glibc,jemalloc -- java --explore -jar app.jar",
  ],
  [
    ['compare', '--budget', '9m', '--allocator', 'glibc', '--seed', '7', '--format=json', '--gc', '--', './server'],
    'offheap compare --gc --allocator=glibc,jemalloc -- ./server',
  ],
])('%j is compared by its own options', (words, command) => {
  expect(commandToCompare(words, 'glibc,jemalloc')).toBe(command);
});
