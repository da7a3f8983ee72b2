import type { Case } from '../cases.ts';
import { dueTo, heldStates, named } from './causes.ts';
import { everyJdk, java, small } from './java-program.ts';

/** What a collection frees, what it does not, and what waits for a thread. */
export const waitingCases: readonly Case[] = [
  { name: 'Inflaters that are held', program: java('HeldInflaters', [...small, '-Xmx64m']), truth: heldStates },
  {
    name: 'Inflaters that are held, older than the last full GC',
    program: java('HeldInflaters', [...small, '-Xmx64m'], 'before-gc'),
    truth: heldStates,
  },
  {
    name: 'Inflaters that are held, on G1',
    program: java('HeldInflaters', ['-XX:+UseG1GC', '-Xmx64m']),
    jdks: everyJdk,
    truth: heldStates,
  },
  {
    name: 'Inflaters that wait for G1',
    inSuite: true,
    program: java('WaitingForGc', ['-XX:+UseG1GC', '-Xms256m', '-Xmx256m']),
    jdks: everyJdk,
    thenForMs: 2000,
    truth: dueTo('waiting-for-gc'),
  },
  {
    name: 'streams of gzip that were not closed',
    program: java('Gzips', ['-XX:+UseG1GC', '-Xms256m', '-Xmx256m', '-Xmn200m']),
    truth: dueTo('waiting-for-gc'),
  },
  {
    name: 'a stuck finalizer',
    program: java('StuckFinalizer', [...small, '-Xmx64m']),
    jdks: everyJdk,
    thenForMs: 2000,
    truth: named(/finaliz/i),
  },
  {
    name: 'a stuck Cleaner',
    program: java('StuckCleaner', [...small, '-Xmx64m']),
    jdks: [11, 17, 21, 25],
    truth: named(/\bCleaner[- ]?(?:thread|\d)|thread .*Cleaner/i),
  },
];
