import fc from 'fast-check';
import { expect } from 'vitest';
import { parseStrace } from '../../src/parse/strace.ts';
import { summariseTrace } from '../../src/stats/memory-calls.ts';
import { fuzz } from './fuzz.ts';

const address = fc.oneof(
  fc.constantFrom(
    'NULL',
    '0x0',
    '0xffffffffffffffff',
    '0x7f0000000000',
    '0x7f0000001000',
    '-1 ENOMEM (Cannot allocate memory)',
    '?',
  ),
  fc.nat(2 ** 20).map((page) => `0x${(page * 4096).toString(16)}`),
);
const size = fc.oneof(
  fc.constantFrom('0', '1', '18446744073709551615', '135168'),
  fc.nat(2 ** 16).map((pages) => String(pages * 4096)),
);
const word = fc.oneof(
  fc.constantFrom('PROT_READ|PROT_WRITE', 'MAP_PRIVATE|MAP_ANONYMOUS', '3</a, (b>', '"/bin/a\\"b"', '"\\303\\251"', '...'),
  fc.string({ maxLength: 8 }),
);
const name = fc.constantFrom(
  'brk',
  'mmap',
  'munmap',
  'madvise',
  'mprotect',
  'mremap',
  'clone',
  'clone3',
  'vfork',
  'execve',
  'prctl',
  'read',
);
/** As strace writes a call, with arguments that may be another's. */
const call = fc
  .tuple(name, fc.array(fc.oneof(address, size, word), { maxLength: 6 }), fc.oneof(address, size))
  .map(([called, args, result]) => `${called}(${args.join(', ')}) = ${result}`);
const whole = fc
  .tuple(address, size, address)
  .chain(([from, bytes, to]) =>
    fc.constantFrom(
      `brk(${from}) = ${to}`,
      `mmap(${from}, ${bytes}, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE, -1, 0) = ${to}`,
      `mmap(${from}, ${bytes}, PROT_READ, MAP_PRIVATE, 3</lib/a.so>, 0x1000) = ${to}`,
      `munmap(${from}, ${bytes}) = 0`,
      `mprotect(${from}, ${bytes}, PROT_READ|PROT_WRITE) = 0`,
      `mremap(${from}, ${bytes}, ${bytes}, MREMAP_MAYMOVE) = ${to}`,
      'clone(child_stack=0x1, flags=CLONE_VM|CLONE_THREAD) = 3',
      'fork() = 4',
      'execve("/bin/true", ["true"], 0x7ffd /* 20 vars */) = 0',
      'prctl(PR_SET_NAME, "a\\"b\\303") = 0',
    ),
  );
const line = fc
  .record({ tid: fc.integer({ min: 1, max: 5 }), call: fc.oneof(whole, call), cut: fc.option(fc.nat(60)), resumed: fc.boolean() })
  .map(({ tid, call: text, cut, resumed }, at = text.indexOf('(')) => {
    if (cut === null) return `${tid} 1700000000.000001 ${text}`;
    const called = text.slice(0, Math.max(at, 0));
    return `${tid} 1700000000.000001 ${resumed ? `<... ${called} resumed>${text.slice(cut)}` : `${text.slice(0, cut)} <unfinished ...>`}`;
  });

// Whatever strace wrote, in whatever order threads interrupt each other: the sums of what was read are numbers, and no more calls than lines.
fuzz({ name: 'strace', runs: 2000 }, fc.array(line, { maxLength: 40 }), (lines) => {
  const events = parseStrace(lines);
  expect(events.length).toBeLessThanOrEqual(lines.length);
  const { threads } = summariseTrace(events, {
    ...{ pageBytes: 4096, programBreak: 0x1000, mapped: [{ start: 0x1000, end: 0x2000 }] },
    ...{ kernelNames: new Map(), jvmNames: new Map(), largeFromBytes: 1 << 20, largeShown: 5 },
  });
  let calls = 0;
  for (const thread of threads) {
    for (const { count } of Object.values(thread.calls)) calls += count;
  }
  expect(calls).toBeLessThanOrEqual(lines.length);
  expect(JSON.stringify(threads)).not.toMatch(/null/);
});
