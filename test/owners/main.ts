// npm run corpus:owners [-- --only=TEXT --jdk=17,25]: runs programs that say who owns their blocks, and compares that with what `offheap owners` tells.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findJdks } from '../../bench/corpus/plan.ts';
import { observeOwners } from '../../src/observe/owners.ts';
import { isPlain, plainPath } from '../../src/process/plain-path.ts';
import { compileMore, fetchLibraries } from '../corpus/libraries.ts';
import { type OwnersCase, ownersCases } from './cases.ts';
import { compileMoreOwners, compileOwners } from './compile.ts';
import { climbsFor, judgeOwners } from './judge.ts';
import { fetchSpring } from './libraries.ts';
import { startOwnersCase, whyNot } from './start.ts';

const { values } = parseArgs({ options: { only: { type: 'string', default: '' }, jdk: { type: 'string', default: '17,25' } } });
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
  const running = await startOwnersCase(one, home, (path) => (isPlain(path) ? path : plainPath(path, links)));
  try {
    const result = await observeOwners(running.pid, { holders: climbsFor(running.truth) });
    for (const { owner, truth, told, isRight } of judgeOwners(running.truth, result, one.loses === true)) {
      process.stdout.write(`${isRight ? '✓' : '✗'} ${one.name}, JDK ${feature}: ${owner}: ${truth}; told: ${told}\n`);
      if (!isRight) process.exitCode = 1;
    }
  } finally {
    await running.stop();
  }
}
