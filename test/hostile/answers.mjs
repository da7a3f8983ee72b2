// What the fake JVM (test/integration/programs/fake_jvm.py) answers by command: `{ text, times, dripSeconds? }`.

/** JSON has no Infinity. */
export const endless = Number.MAX_SAFE_INTEGER;

/** Control characters of a terminal, a line of its own, and what turns the direction of writing. */
export const hostileWord = '\u001b[2J\u001b]0;owned\u0007\r\u202egnp\u2066.\u009b1A\u007f';

/** By command a text of which no other costs as much to parse. */
const worst = {
  help: 'A.',
  'VM.uptime': '1.',
  'VM.flags': ' -XX:NativeMemoryTracking=detail',
  'GC.heap_info': 'total ',
  'Compiler.codecache': ' bounds [0x1, ',
  'VM.info': 'Bits: [0x1, ',
  'VM.metaspace': ' Non-class space: reserved, 1 KB committed, 1 ',
  'VM.native_memory summary scale=1': '-  a (reserved=1, committed=1) (malloc=1 tag=',
  'VM.native_memory detail scale=1': '[0x1 - 0x2] reserved 1 for a from  ',
  'Thread.print': '"a" nid=1 [0x1] " nid=',
  'GC.class_histogram -all': ' 1: 1 1 java.util.zip.Inflater    \n',
};
const status = '0\n';
const version = { 'VM.version': { text: 'JDK 17.0.15\n', times: 1 } };
const commands = [...Object.keys(worst), 'VM.version'];

/** As many of a text as an answer may have bytes. */
export function fill(text, bytes) {
  return { text, times: Math.floor((bytes - status.length) / text.length) };
}

/** Answers that fill their bounds with what is worst to parse. */
export function worstAnswers(replyBoundsOf) {
  const filled = Object.entries(worst).map(([command, text]) => [command, fill(text, replyBoundsOf(command).bytes)]);
  return { ...version, ...Object.fromEntries(filled) };
}

/** The same answer to every question. */
export function alwaysAnswer(reply) {
  return Object.fromEntries(commands.map((command) => [command, reply]));
}

/** What it would say of itself, with a hostile word wherever a name is. */
export function hostileAnswers() {
  const texts = {
    'VM.version': `${hostileWord}\nJDK 17.0.15${hostileWord}\n`,
    'VM.flags': `-XX:NativeMemoryTracking=${hostileWord} -XX:${hostileWord}=1\n`,
    'VM.native_memory summary scale=1': `-  ${hostileWord} (reserved=9000000, committed=9000000)\n`,
    'VM.native_memory detail scale=1': `[0x1000 - 0x2000] reserved 4096 for ${hostileWord} from\n`,
    'Thread.print': `"${hostileWord}" #1 nid=1 runnable [0x1000]\n`,
    'GC.class_histogram -all': `   1:  1  16  ${hostileWord}\n`,
  };
  return Object.fromEntries(Object.entries(texts).map(([command, text]) => [command, { text, times: 1 }]));
}
