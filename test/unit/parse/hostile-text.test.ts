import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostileName } from '../hostile.ts';
import { callWithText, functionNames } from './parsers.ts';

/** Those that take no text have tests of their own. */
const parsers = functionNames.filter(
  (name) => name.startsWith('parse') && !['parseCollections', 'parseClassCounters'].includes(name),
);
/** What these return is opened again, or compared with what is exact; who shows it makes it printable there. */
const exact = new Set([
  ...['parseEnviron', 'parseMappedFiles', 'parseMaps', 'parseMapsEntry', 'parseMavenSettings', 'parseMountInfo', 'parsePerfData'],
  ...['parseStatusLine', 'parseStat', 'parsePulse', 'parseJavaSettings', 'parseJemallocOptions', 'parseKiBFields'],
  ...['parseKernelLog', 'parseInitialStack', 'parseMappedName'],
]);
const seed = Date.now() % 2 ** 31;

/** Lines as JVMs, strace and programs write them, with a name in the place of each name. */
const lineNamed = (name: string) =>
  [
    ...[`JDK ${name}`, `-XX:${name}`, `# Java VM: ${name} (x)`, `"${name}" #1 nid=7 runnable`, ` 1: 20 900 ${name}`],
    ...[`Total: reserved=1, committed=1\n- ${name} (reserved=1, committed=1)`, `${name};${name} 9`],
    ...[`[0x10 - 0x20] reserved 1KB for ${name} from`, `7 1.5 prctl(PR_SET_NAME, "${name}") = 0`, `7 1.5 execve("${name}", x) = 0`],
    ...[`${name} invoked oom-killer: x`, `Task in /${name} killed as a result of limit of /${name}`, '[ pid ] uid tgid rss name'],
    ...[`[1] 0 1 2 ${name}`, `Memory cgroup out of memory: Kill process 1 (${name}) score 9 or sacrifice child`],
    `Killed process 1 (${name}) total-vm:1kB, anon-rss:1kB, file-rss:1kB`,
    `7 1.5 mmap(NULL, 4096, PROT_READ, MAP_SHARED, 3<${name}>, 0) = 0x7f0000000000`,
  ].join('\n');
const named = fc.oneof(
  hostileName.map((name) => lineNamed(name.replaceAll('\n', ' '))),
  hostileName.map((name) => lineNamed(name.replaceAll(/[\s\0"]/g, ''))),
  hostileName.map((name) => `@phase x a=${name.replaceAll(/\s/g, '')}`),
);

/** Every text in a value, keys of objects and maps among them. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return [];
  const parts = Symbol.iterator in value ? [...(value as Iterable<unknown>)] : Object.entries(value);
  return parts.flatMap(textsIn);
}

test.each(parsers.filter((name) => !exact.has(name)))('%s returns texts that can be printed', (name) => {
  fc.assert(
    fc.property(named, (text) => {
      for (const found of textsIn(callWithText(name, text))) expect(found).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }),
    { seed, numRuns: 200 },
  );
});

test('the parsers that are held to it find the names', () => {
  const text = lineNamed('name');
  expect(callWithText('parsePhaseLine', '@phase x a=name')).toEqual({ name: 'x', values: { a: 'name' } });
  const finding = parsers.filter(
    (name) => !exact.has(name) && textsIn(callWithText(name, text)).some((found) => /name/.test(found)),
  );
  expect(finding).toEqual([
    ...['parseChosenVictim', 'parseClassHistogram', 'parseCollapsedStacks', 'parseHsErrHead', 'parseKilled'],
    ...['parseNmtRanges', 'parseNmtSummary'],
    ...['parseOomReports', 'parseStrace', 'parseThreadHeader', 'parseThreadPrint', 'parseVmFlags', 'parseVmInfo', 'parseVmVersion'],
  ]);
});
