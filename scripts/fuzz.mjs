// Runs all fuzzers, one after another: those of test/native/fuzz by clang's libFuzzer, and those of test/fuzz by fast-check.
// Usage: npm run fuzz -- [--seconds=5] [--inputs=N] [--only=NAME,NAME] [--write]   (seconds for each; --inputs: those of clang end after so many new
// ones; --write: the figures into docs/reliability.md). What was found is kept in build/fuzz, and tried first the next time; a failure ends the run.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fuzzNative, nativeNames } from './fuzz/native.mjs';
import { fuzzProperties, propertyNames } from './fuzz/properties.mjs';
import { readOptions } from './lib/options.mjs';
import { plainRoot } from './lib/plain-root.mjs';
import { fail } from './lib/run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const values = readOptions(import.meta.url, {
  seconds: { type: 'string', default: '5' },
  inputs: { type: 'string' },
  only: { type: 'string' },
  write: { type: 'boolean', default: false },
});
const seconds = Number(values.seconds);
if (!Number.isInteger(seconds) || seconds < 1)
  fail(`expected --seconds to be a whole number, got ${JSON.stringify(values.seconds)}.`);
const most = values.inputs === undefined ? Number.POSITIVE_INFINITY : Number(values.inputs);
if (values.inputs !== undefined && (!Number.isInteger(most) || most < 1))
  fail(`expected --inputs to be a whole number, got ${JSON.stringify(values.inputs)}.`);
const all = [...nativeNames, ...propertyNames(root)];
const wanted = values.only?.split(',') ?? all;
const strange = wanted.find((name) => !all.includes(name));
if (strange !== undefined) fail(`expected --only to be of ${all.join(', ')}, got ${JSON.stringify(strange)}.`);

const project = plainRoot(root);
const folder = join(project, 'build', 'fuzz');
mkdirSync(folder, { recursive: true });
const isWanted = (name) => wanted.includes(name);
const native = fuzzNative(nativeNames.filter(isWanted), { project, isLink: project !== root, folder, seconds, most });
const properties = fuzzProperties(propertyNames(root).filter(isWanted), {
  project: root,
  folder: join(root, 'build', 'fuzz'),
  seconds,
});

const share = (coverage) => (coverage ? `${coverage.lines.toFixed(1)} % | ${coverage.branches.toFixed(1)} %` : '– | –');
const fuzzers = [
  '| fuzzer | time | inputs | lines | branches | failures |',
  '|---|---:|---:|---:|---:|---:|',
  ...native.map(({ name, inputs, coverage }) => `| ${name} | ${seconds} s | ${inputs} | ${share(coverage)} | 0 |`),
  ...properties.rows.map(({ name, inputs }) => `| ${name} | ${seconds} s | ${inputs} | | | 0 |`),
];
const sources = properties.coverage
  ? [
      '',
      '| sources | lines | branches |',
      '|---|---:|---:|',
      ...properties.coverage.map((of) => `| src/${of.part} | ${share(of)} |`),
    ]
  : [];
const table = [...fuzzers, ...sources].join('\n');
if (values.write) (await import('./lib/doc-part.mjs')).writePart('fuzz', table);
process.stdout.write(`${table}\n`);
