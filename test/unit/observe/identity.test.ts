import { expect, test, vi } from 'vitest';

let stat = '';
vi.mock('../../../src/process/proc-file.ts', () => ({ readProcSync: () => stat }));

// Files of this project share their modules: what another one has loaded is loaded again, with what stands in for it here.
vi.resetModules();
const { requireSame } = await import('../../../src/observe/identity.ts');

/** As the kernel writes it: the state, and start time and size behind 18 others. */
const statOf = (state: string, startTime: number, sizeBytes: number) =>
  `7 (java) ${state} ${Array(18).fill(1).join(' ')} ${startTime} ${sizeBytes} 3`;
const process7 = { pid: 7, startTimeTicks: 101 };

test.each([
  ['has its memory', 'S', 101, 4096, undefined],
  ['is a zombie', 'Z', 101, 0, /^Process 7 ended while it was looked at\.$/],
  ['has given its memory back, and is no zombie yet', 'R', 101, 0, /^Process 7 ended while it was looked at\.$/],
  ['has its pid from one that was looked at', 'S', 103, 4096, /and its pid is another process now\.$/],
])('a process that %s', (_, state, startTime, sizeBytes, message) => {
  stat = statOf(state, startTime, sizeBytes);
  if (message === undefined) requireSame(process7);
  else expect(() => requireSame(process7)).toThrow(message);
});
