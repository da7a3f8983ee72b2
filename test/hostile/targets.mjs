// Processes that are hostile to whoever looks at them: each by its name, what it is hostile by, and how it is launched, which start.mjs does.
// Plain JavaScript, since bench/ has the suite as well.
import { alwaysAnswer, endless, hostileAnswers, hostileWord, worstAnswers } from './answers.mjs';

/** `kind`: what start.mjs makes of the rest. All but the program with a sanitizer seem to be JVMs: they map a file named libjvm.so. */
export const hostileTargets = [
  fakeJvm('endless-answers', 'answers every question without end', () => alwaysAnswer({ text: 'x\n', times: endless })),
  fakeJvm('worst-answers', 'fills every answer up to its bound with what is worst to parse', worstAnswers),
  fakeJvm('slow-answers', 'answers a byte a second', () => alwaysAnswer({ text: '1', times: 3600, dripSeconds: 1 })),
  fakeJvm('no-answer', 'takes a question and never answers it', () => alwaysAnswer({ text: '1', times: 2, dripSeconds: 86_400 })),
  fakeJvm('hostile-answers', 'has control and bidirectional characters in what it says of itself', hostileAnswers),
  program('forged-ring', 'has a ring of 20,000 heaps of malloc without a first one', 'forged_ring', ['20000']),
  program('forged-arenas', 'has 50,000 arenas of malloc', 'forged_arenas', ['50000']),
  program('forged-pieces', 'has a main arena of 30,000 pieces that all seem to grow', 'forged_pieces', ['30000']),
  program('many-mappings', 'has 60,000 mappings', 'forged_mmapped', ['30000']),
  program('wide-mapping', 'maps 32 TiB of address space', 'wide_mapping'),
  { ...program('sanitized', 'maps the shadow of AddressSanitizer', 'sanitized'), isSanitized: true },
  { name: 'stopped', hostileBy: 'is a JVM that was stopped', kind: 'stopped' },
  program('changing', 'becomes another program by exec every 50 ms', 'change_program'),
  { name: 'restarted', hostileBy: 'ends and is started again every 100 ms', kind: 'restarted' },
  { ...program('many-threads', 'has 5,000 threads, behind libmeter.so', 'wait_named', ['5000']), isMetered: true },
  program('empty-arguments', 'has 120,000 empty arguments', 'many_arguments', ['120000', '0']),
  program('long-arguments', 'has 3 MB of arguments', 'many_arguments', ['30', '100000']),
  { name: 'hostile-names', hostileBy: 'has control and bidirectional characters in its names', kind: 'names', word: hostileWord },
];

function fakeJvm(name, hostileBy, answers) {
  return { name, hostileBy, kind: 'fake', answers };
}

function program(name, hostileBy, source, args = []) {
  return { name, hostileBy, kind: 'program', source, args };
}
