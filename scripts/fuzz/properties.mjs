// The fuzzers of test/fuzz, by fast-check in vitest. What failed once is kept in build/fuzz, and tried first by a later run.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../lib/run.mjs';

/** By the names of their files, each of which has one. */
export function propertyNames(project) {
  return readdirSync(join(project, 'test', 'fuzz')).flatMap(
    (file) => /^(.+)\.test\.ts$/.exec(file)?.[1]?.replaceAll('-', '_') ?? [],
  );
}

/** As fuzzNative; and the coverage by all of them of the sources that read what others have written. */
export function fuzzProperties(names, { project, folder, seconds }) {
  if (names.length === 0) return { rows: [], coverage: undefined };
  const runs = join(folder, 'runs');
  rmSync(runs, { recursive: true, force: true });
  mkdirSync(runs, { recursive: true });
  const files = names.map((name) => join('test', 'fuzz', `${name.replaceAll('_', '-')}.test.ts`));
  const env = { ...process.env, OFFHEAP_FUZZ_SECONDS: String(seconds), OFFHEAP_FUZZ_FOLDER: folder };
  const vitest = join(project, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--project=fuzz', '--coverage', ...files];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: project,
    env,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  if (status !== 0) {
    process.stderr.write(`${stdout.slice(-8000)}${stderr.slice(-8000)}`);
    fail(`a property found a failure; what repeats it is in ${folder}.`);
  }
  const rows = names.map((name) => ({ name, seconds, ...JSON.parse(readFileSync(join(runs, `${name}.json`), 'utf8')) }));
  return { rows, coverage: totalCoverage(join(project, 'build', 'fuzz', 'coverage', 'coverage-summary.json'), project) };
}

function totalCoverage(file, project) {
  const { total: _, ...files } = JSON.parse(readFileSync(file, 'utf8'));
  const shares = new Map();
  for (const [path, { lines, branches }] of Object.entries(files)) {
    const [, part] = /^src\/(\w+)/.exec(path.slice(project.length).replace(/^\/+/, '')) ?? [];
    const sums = shares.get(part) ?? { part, lines: [0, 0], branches: [0, 0] };
    for (const [key, { covered, total }] of Object.entries({ lines, branches })) {
      sums[key][0] += covered;
      sums[key][1] += total;
    }
    shares.set(part, sums);
  }
  const percent = ([covered, total]) => (100 * covered) / total;
  return [...shares.values()].map(({ part, lines, branches }) => ({ part, lines: percent(lines), branches: percent(branches) }));
}
