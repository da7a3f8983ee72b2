import { expect, test } from 'vitest';
import { conclude, type Ending } from '../../../src/experiment/conclude.ts';

const sample = { atMs: 1, rssBytes: 4096 };
const ending = (changes: Partial<Ending>): Ending => ({
  program: 'JVM',
  stopped: false,
  end: { exitCode: 0, signal: undefined, stderrTail: '' },
  phases: { baseline: sample, loaded: sample, collected: sample, settled: sample },
  said: [],
  timedOutAfterMs: undefined,
  problem: undefined,
  oomKills: undefined,
  ...changes,
});
const killed = { exitCode: undefined, signal: 'SIGKILL', stderrTail: '' };

test('all phases and status 0 is ok, with no reason', () => {
  expect(conclude(ending({}))).toEqual({ state: 'ok' });
});

test('status 0 before settled is a failure', () => {
  expect(conclude(ending({ phases: { baseline: sample } }))).toEqual({
    state: 'failed',
    reason: 'The JVM ended with status 0 after phase baseline, before it had settled.',
  });
});

test('a failure names the status, the phase and what the program said first', () => {
  const stderrTail = 'OpenJDK warning: x\nError: Could not reserve enough space\nError: Could not create the Java Virtual Machine.';
  expect(conclude(ending({ end: { exitCode: 1, signal: undefined, stderrTail }, phases: {} })).reason).toBe(
    'The JVM ended with status 1 before its first phase: Error: Could not reserve enough space',
  );
  expect(conclude(ending({ end: { exitCode: 1, signal: undefined, stderrTail: '' }, phases: {} })).reason).toContain(
    'it said nothing.',
  );
});

test('a JVM that cannot start says why on stdout', () => {
  const said = ['Error occurred during initialization of VM', 'Invalid maximum heap size: -Xmx1x', 'x'];
  expect(conclude(ending({ end: { exitCode: 1, signal: undefined, stderrTail: '' }, said, phases: {} })).reason).toBe(
    'The JVM ended with status 1 before its first phase: Invalid maximum heap size: -Xmx1x',
  );
});

test('SIGKILL is called out of memory only when the cgroup counted an OOM kill', () => {
  const phases = { baseline: sample };
  expect(conclude(ending({ end: killed, phases, oomKills: 1 })).reason).toBe(
    'The JVM was killed by SIGKILL after phase baseline: out of memory, by the OOM killer of its cgroup.',
  );
  expect(conclude(ending({ end: killed, phases, oomKills: 0 })).reason).toContain('not by the OOM killer');
  expect(conclude(ending({ end: killed, phases })).reason).toBe('The JVM was killed by SIGKILL after phase baseline.');
});

test('a crash names the signal and where the JVM has put its report; an abort of the allocator its own line', () => {
  const said = [
    '#',
    '# A fatal error has been detected by the Java Runtime Environment:',
    '#',
    '#  SIGSEGV (0xb)',
    '# /r/hs_err_12.log',
    '#',
  ];
  const crashed = { exitCode: undefined, signal: 'SIGABRT', stderrTail: '' };
  expect(conclude(ending({ end: crashed, said, phases: {} })).reason).toBe(
    'The JVM ended by SIGABRT before its first phase: # A fatal error has been detected by the Java Runtime Environment: (report: /r/hs_err_12.log)',
  );
  const aborted = {
    ...crashed,
    stderrTail: 'offheap mmapalloc: free(0x10): not a live block of this allocator (foreign pointer, or freed twice)',
  };
  expect(conclude(ending({ end: aborted, phases: {} })).reason).toBe(
    `The JVM ended by SIGABRT before its first phase: ${aborted.stderrTail}`,
  );
});

test('our own time-out is no crash, and says how to allow more', () => {
  expect(conclude(ending({ end: killed, phases: { baseline: sample }, timedOutAfterMs: 2000, problem: 'gone' }))).toEqual({
    state: 'timeout',
    reason: 'Not done within 2.0 s; ended after phase baseline. Allow more by --timeout.',
  });
});

test('a phase that could not be measured fails the cell with its own reason', () => {
  expect(conclude(ending({ end: killed, problem: 'The configuration did not reach the process.' }))).toEqual({
    state: 'failed',
    reason: 'The configuration did not reach the process.',
  });
});
