// What the meter costs: measures, keeps the raw results in bench/results/meter.json and writes BENCHMARKS.md's section from them.
// Usage: npm run bench:meter [-- --quick | --report] [--seed=N]   (--report writes the section anew from the raw file)
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageVersion } from '../dist/allocators/locate.js';
import { preloadLibraryPath } from '../dist/native/preload-paths.js';
import { execaRunner } from '../dist/process/execa-runner.js';
import { seededRandom } from '../dist/stats/random.js';
import { readOptions } from '../scripts/lib/options.mjs';
import { fail, say } from '../scripts/lib/run.mjs';
import { buildBenchmark } from './lib/build.mjs';
import { describeHost } from './lib/host.mjs';
import { measureGroups } from './lib/measure.mjs';
import { locateAll, planGroups } from './lib/plan.mjs';
import { renderSection } from './lib/report.mjs';
import { measureScans, passes } from './lib/scan.mjs';
import { findScanProgram } from './lib/scan-program.mjs';
import { writeSection } from './lib/section.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const rawFile = join(root, 'bench', 'results', 'meter.json');
const {
  quick: isQuick,
  seed: seedText,
  report,
} = readOptions(import.meta.url, {
  quick: { type: 'boolean', default: false },
  report: { type: 'boolean', default: false },
  seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
});
if (!/^\d+$/.test(seedText)) fail(`expected --seed to be a whole number, got ${JSON.stringify(seedText)}.`);
const seed = Number(seedText);

if (!report) {
  mkdirSync(join(root, 'bench', 'results'), { recursive: true });
  writeFileSync(rawFile, `${JSON.stringify(await measure(), undefined, 1)}\n`);
}
writeSection('meter', renderSection(JSON.parse(readFileSync(rawFile, 'utf8'))));

async function measure() {
  const { pairs, ...floors } = buildBenchmark(root);
  const scratch = mkdtempSync(join(tmpdir(), 'offheap-bench-'));
  process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
  const random = seededRandom(seed);
  const [rounds, profilerRounds, budgetMs, scanRounds] = isQuick ? [9, 2, 10, 2] : [21, 21, 40, 60];
  const allocators = await locateAll();
  const groups = planGroups(allocators, floors, scratch);
  const start = { startedAt: new Date().toISOString(), host: describeHost(), versions: await versionsOf(allocators, groups) };
  const onRound = (what, of) => (round) => say(`${what}: round ${round + 1} of ${of}`);
  const cells = measureGroups(groups, { pairs, rounds, profilerRounds, budgetMs, random, onRound: onRound('pairs', rounds) });
  const { jdk, program } = await findScanProgram();
  const more = {
    meter: preloadLibraryPath('meter'),
    scratch,
    mostRounds: scanRounds,
    random,
    onRound: onRound('JVM scan', scanRounds),
  };
  const scans = await measureScans({ ...program, ...more });
  const versions = { ...start.versions, JDK: `${jdk.version}` };
  return { schemaVersion: 1, ...start, versions, seed, rounds, budgetMs, passes, cells, scans };
}

async function versionsOf(allocators, groups) {
  const located = allocators.filter(({ found }) => found).map(({ key, version }) => [key, version]);
  const heaptrack = groups.flatMap(({ variants }) => variants).find(({ name, reason }) => name === 'heaptrack' && !reason);
  const version = heaptrack && (await packageVersion(heaptrack.preload[0], execaRunner));
  return Object.fromEntries([...located, ...(version ? [['heaptrack', version]] : [])]);
}
