import { describe, expect, test } from 'vitest';
import { compare, doctor, guard, inspectHeap, libraryPath, openCounters } from '../../../src/index.ts';

/** As a caller without types may call it. */
const anything = (value: unknown) => value as never;
const command = ['true'];

/** What a call throws, or rejects with, as `NAME: MESSAGE`. */
async function refusal(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  return 'none';
}

describe('a wrong argument is a TypeError that names it, what was expected and what was found', () => {
  test.each<[string, () => unknown, string]>([
    ['a pid as text', () => doctor(anything('4711')), 'Expected pid to be a number, got "4711".'],
    ['no pid', () => inspectHeap(anything(undefined)), 'Expected pid to be a number, got undefined.'],
    ['a pid that is none', () => doctor(0), 'Expected pid to be a number of at least 1, got 0.'],
    ['a part of a pid', () => doctor(1.5), 'Expected pid to be a whole number, got 1.5.'],
    ['a pid beyond all', () => inspectHeap(2 ** 22 + 1), 'Expected pid to be a number of at most 4194304, got 4194305.'],
    ['options that are none', () => doctor(1, anything(null)), 'Expected options to be an object, got null.'],
    ['an option that is none', () => doctor(1, anything({ forMS: 1 })), 'Expected options to have no "forMS".'],
    ['a duration as text', () => doctor(1, anything({ forMs: '30s' })), 'Expected options.forMs to be a number, got "30s".'],
    [
      'a duration that a timer cannot wait',
      () => doctor(1, { forMs: 2 ** 31 }),
      'Expected options.forMs to be a number of at most 2147483647, got 2147483648.',
    ],
    ['no switch', () => doctor(1, anything({ peek: 'yes' })), 'Expected options.peek to be a boolean, got "yes".'],
    ['no signal', () => doctor(1, anything({ signal: {} })), 'Expected options.signal to be an AbortSignal, got an object.'],
    ['no callback', () => doctor(1, anything({ onStep: [] })), 'Expected options.onStep to be a function, got an empty list.'],
    [
      'a budget of nothing',
      () => inspectHeap(1, { budgetMs: 0 }),
      'Expected options.budgetMs to be a number of at least 1, got 0.',
    ],
    ['no source', () => openCounters(anything(4711)), 'Expected source to be an object, got 4711.'],
    ['another pid', () => openCounters({ pid: -1 }), 'Expected source.pid to be a number of at least 1, got -1.'],
    [
      'another writer',
      () => openCounters({ pid: 1, writer: anything('mmap') }),
      'Expected source.writer to be "meter" or "mmapalloc", got "mmap".',
    ],
    ['another library', () => libraryPath(anything('jemalloc')), 'Expected name to be "meter" or "mmapalloc", got "jemalloc".'],
    [
      'a command line',
      () => compare(anything({ command: 'java -jar app.jar' })),
      'Expected options.command to be a list, got "java -jar app.jar".',
    ],
    ['no command', () => compare({ command: [] }), 'Expected options.command to be a list that is not empty, got an empty list.'],
    ['no word', () => compare({ command: anything([1]) }), 'Expected options.command.0 to be a string, got 1.'],
    [
      'a load and a duration',
      () => compare({ command, load: ['true'], durationMs: 1 }),
      'Expected options to have load or durationMs, got both: the load says itself how long the burst is.',
    ],
    [
      'an unknown configuration',
      () => compare({ command, configurations: ['glib'] }),
      expect.stringMatching(
        /^Expected options\.configurations to be a comma list of glibc, .*, all, tunables, jvm, more, or NAME=\/path\/lib\.so; got "glib"\.$/,
      ) as unknown as string,
    ],
    [
      'a reference that is not run',
      () => compare({ command, configurations: ['glibc', 'mmap'], reference: 'jemalloc' }),
      'Expected options.reference to be one of the configurations that are run (glibc, mmap), got "jemalloc".',
    ],
    [
      'an address that is none',
      () => compare({ command, ready: 'tcp:http' }),
      expect.stringMatching(/^Expected options\.ready to be tcp:PORT, .*, got "tcp:http"\.$/) as unknown as string,
    ],
    ['neither a command nor variants', () => compare({}), 'Expected options to have command or variants, and not both.'],
    [
      'a command and variants',
      () => compare({ command, variants: { old: command, new: command } }),
      'Expected options to have command or variants, and not both.',
    ],
    [
      'one variant',
      () => compare({ variants: { old: command } }),
      'Expected options.variants to be given twice or more: old alone has nothing to be compared with.',
    ],
    [
      'variants under two configurations',
      () => compare({ variants: { old: command, new: command }, configurations: ['glibc', 'mmap'] }),
      'Expected options.configurations to be one configuration, which all variants run under, got glibc, mmap.',
    ],
    [
      'a reference that is no variant',
      () => compare({ variants: { old: command, new: command }, reference: 'glibc' }),
      'Expected options.reference to be one of the variants (old, new), got "glibc".',
    ],
    ['no repeats', () => compare({ command, repeats: 0 }), 'Expected options.repeats to be a number of at least 1, got 0.'],
    [
      'no result',
      () => compare({ command, resumed: anything({ schemaVersion: 4 }) }),
      'Expected options.resumed.schemaVersion to be 3, got 4.',
    ],
    [
      'no bounds',
      () => guard({ command, bounds: [] }),
      'Expected options.bounds to be a list that is not empty, got an empty list.',
    ],
    ['neither bounds nor a baseline', () => guard({ command }), 'Expected options to have bounds or a baseline.'],
    [
      'a limit without a baseline',
      () => guard({ command, bounds: [{ quantity: 'settled', max: 1 }], maxRegression: 0.05 }),
      'Expected options to have both baseline and maxRegression or maxRegressionOf, or none of them.',
    ],
    [
      'a limit of nothing',
      () => guard({ command, maxRegression: 0 }),
      expect.stringMatching(/^Expected options\.maxRegression to be a number /) as unknown as string,
    ],
    [
      'a quantity that is none',
      () => guard({ command, bounds: [{ quantity: anything('rss'), max: 1 }] }),
      expect.stringMatching(/^Expected options\.bounds\.0\.quantity to be "retained" or .*, got "rss"\.$/) as unknown as string,
    ],
    [
      'a limit as text',
      () => guard({ command, bounds: [{ quantity: 'settled', max: anything('500MB') }] }),
      'Expected options.bounds.0.max to be a number, got "500MB".',
    ],
    [
      'a bound without a limit',
      () => guard({ command, bounds: [{ metric: 'p50Ms' }] }),
      'Expected a bound of options.bounds to have max or min, and not both.',
    ],
    [
      'two configurations',
      () => guard({ command, bounds: [{ metric: 'p50Ms', max: 1 }], configuration: 'glibc,mmap' }),
      'Expected options.configuration to be one configuration; compare runs several.',
    ],
  ])('%s', async (_what, call, message) => {
    const refused = await refusal(call);
    expect(refused.slice(0, 11)).toBe('TypeError: ');
    expect(refused.slice(11)).toEqual(message);
  });
});

test('what was aborted before is not begun', async () => {
  const signal = AbortSignal.abort(new Error('no longer wanted'));
  expect(await refusal(() => doctor(process.pid, { signal }))).toBe('Error: no longer wanted');
  expect(await refusal(() => inspectHeap(process.pid, { signal }))).toBe('Error: no longer wanted');
});

test('a process that is not there is an OffheapError with its code', async () => {
  const gone = 2 ** 22;
  await expect(doctor(gone)).rejects.toMatchObject({ name: 'OffheapError', code: 'NO_SUCH_PROCESS' });
  await expect(inspectHeap(gone)).rejects.toMatchObject({ name: 'OffheapError', code: 'NO_SUCH_PROCESS' });
  expect(() => openCounters({ pid: gone })).toThrow(expect.objectContaining({ code: 'NO_SUCH_PROCESS' }));
});
