// npm run corpus:owners [-- --only=TEXT --jdk=17,25 --cores=kernel|gcore]: runs programs that say who owns their blocks, and compares that with what `offheap owners` tells. With --cores each is
// stopped, and what its core file tells is compared with what a look at the living process told.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { findJdks } from '../../bench/corpus/plan.ts';
import { coreOwners } from '../../src/api/core-owners.ts';
import { observeOwners } from '../../src/observe/owners.ts';
import { isPlain, plainPath } from '../../src/process/plain-path.ts';
import { compileMore, fetchLibraries } from '../corpus/libraries.ts';
import { copied, coresAllowed, freeze, killed, lasting } from '../fixtures/cores.ts';
import { type OwnersCase, ownersCases } from './cases.ts';
import { compileMoreOwners, compileOwners } from './compile.ts';
import { climbsFor, judgeOwners } from './judge.ts';
import { fetchSpring } from './libraries.ts';
import { type Running, startOwnersCase, whyNot } from './start.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    jdk: { type: 'string', default: '17,25' },
    cores: { type: 'string' },
  },
});
if (![undefined, 'kernel', 'gcore'].includes(values.cores)) throw new Error('expected --cores to be kernel or gcore');
const features = values.jdk.split(',').map(Number);
const jdks = findJdks();
const links = mkdtempSync(join(isPlain(tmpdir()) ? tmpdir() : '/tmp', 'offheap-owners-'));

try {
  compileOwners();
  await fetchLibraries();
  await fetchSpring();
  compileMore(jdks.get(25));
  compileMoreOwners(jdks.get(25));
  for (const one of ownersCases.filter(({ name }) => name.includes(values.only))) {
    for (const feature of one.jdks.filter((jdk) => features.includes(jdk))) await runOne(one, feature);
  }
} finally {
  rmSync(links, { recursive: true });
}

async function runOne(one: OwnersCase, feature: number): Promise<void> {
  const home = jdks.get(feature);
  const reason = whyNot(one, home);
  if (home === undefined || reason !== undefined) {
    process.stdout.write(`– ${one.name}, JDK ${feature}: ${reason}\n`);
    return;
  }
  const plain = (path: string) => (isPlain(path) ? path : plainPath(path, links));
  const folder = mkdtempSync(join(tmpdir(), 'offheap-core-'));
  const running = await startOwnersCase(one, home, plain, values.cores === undefined ? [] : coresAllowed(folder));
  try {
    const name = `${one.name}, JDK ${feature}`;
    if (values.cores === undefined) await judgeLive(one, name, running);
    else await compareCore(values.cores, name, running, folder);
  } finally {
    await running.stop();
    rmSync(folder, { recursive: true });
  }
}

async function judgeLive(one: OwnersCase, name: string, running: Running): Promise<void> {
  const result = await observeOwners(running.pid, { holders: climbsFor(running.truth) });
  for (const { owner, truth, told, isRight } of judgeOwners(running.truth, result, one.loses === true)) {
    process.stdout.write(`${isRight ? '✓' : '✗'} ${name}: ${owner}: ${truth}; told: ${told}\n`);
    if (!isRight) process.exitCode = 1;
  }
}

async function compareCore(writer: string, name: string, { pid, truth }: Running, folder: string): Promise<void> {
  await freeze(pid);
  const holders = Math.max(2, climbsFor(truth));
  const live = await observeOwners(pid, { holders });
  const core = writer === 'kernel' ? await killed(pid, folder) : copied(pid, folder);
  const dead = await coreOwners(core, { holders });
  const isSame = isDeepStrictEqual(lasting(dead), lasting(live));
  const figures = `${live.liveBlocks} blocks, ${live.owners.length} owners, ${live.heap?.collector ?? 'no heap'}`;
  const times = `${Math.round(live.durationMs)} and ${Math.round(dead.durationMs)} ms`;
  process.stdout.write(`${isSame ? '✓' : '✗'} ${name}, by ${writer}: ${figures}; ${times}\n`);
  if (!isSame) process.exitCode = 1;
}
