import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { resolveAsyncProfiler } from '../../../src/jvm/async-profiler.ts';
import type { ProcessRunner } from '../../../src/process/runner.ts';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'offheap-profiler-'));
});
afterEach(() => rmSync(cache, { recursive: true }));

/** Maven, as far as it is used: puts files where it is told to. */
function runnerOf(
  maven: ((args: readonly string[], cwd: string | undefined) => void) | undefined,
): ProcessRunner & { goals: string[] } {
  const goals: string[] = [];
  return {
    goals,
    start: () => Promise.reject(new Error('nothing is started')),
    capture: async (command, args, options) => {
      goals.push(`${command} ${/:(\w+)$/.exec(args[2] ?? '')?.[1]}`);
      maven?.(args, options?.cwd);
      return maven ? { stdout: '', stderr: '' } : undefined;
    },
  };
}

const propertyOf = (args: readonly string[], name: string) => args.find((arg) => arg.startsWith(`-D${name}=`))?.split('=')[1] ?? '';

/** A folder that the plugin makes where it runs, when there is no project. */
const unresolved = `\${project.basedir}`;

const maven = (args: readonly string[], cwd = '.') => {
  const folder = propertyOf(args, 'outputDirectory');
  const [, artifact, version] = propertyOf(args, 'artifact').split(':');
  if (artifact === 'jfr-converter') return writeFileSync(join(folder, `jfr-converter-${version}.jar`), '');
  mkdirSync(join(cwd, unresolved, 'target'), { recursive: true });
  for (const platform of ['linux-x64', 'linux-arm64']) {
    mkdirSync(join(folder, platform));
    writeFileSync(join(folder, platform, 'libasyncProfiler.so'), '');
  }
};

test('it is fetched once, by Maven', async () => {
  const runner = runnerOf(maven);
  const first = await resolveAsyncProfiler(cache, runner);
  expect(first.library).toMatch(/async-profiler-[\d.]+\/linux-\w+\/libasyncProfiler\.so$/);
  expect(await resolveAsyncProfiler(cache, runner)).toEqual(first);
  expect(runner.goals).toEqual(['mvn unpack', 'mvn copy']);
  expect(existsSync(unresolved), 'in the folder of whoever called').toBe(false);
  expect(readdirSync(dirname(first.converter)).sort()).toEqual([basename(first.converter), 'linux-arm64', 'linux-x64']);
});

test('where Maven is missing: the command, and where the files would be; nothing is left behind', async () => {
  const sentence =
    /^Expected async-profiler .* found none, and Maven could not fetch it\. Install Maven \(apt-get install maven\), or put there /;
  await expect(resolveAsyncProfiler(cache, runnerOf(undefined))).rejects.toThrow(sentence);
  expect(readdirSync(cache)).toEqual([]);
});
