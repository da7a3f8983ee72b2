// Runs the rows of the plan, one result file of `offheap compare` each. What was measured before an interruption is not measured again.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import writeFileAtomic from 'write-file-atomic';
import { fail, say } from '../scripts/lib/run.mjs';
import { drawn, jvmFlags, leaky } from './plan.mjs';

/** Where the jar of a Spring Boot version is, from the repository's folder. */
export const jarOf = (version) => `build/java/spring-boot/${version}/app.jar`;

/** Packs the version's fat jar. @returns `{ reason }` where it cannot be */
export async function packJar(root, version) {
  const { exitCode, stderr } = await execa({ cwd: root, reject: false })`node scripts/build-fat-jar.mjs ${version}`;
  return exitCode === 0 ? {} : { reason: lastLine(stderr) };
}

/** One scan, by a release that starts the program itself, under each of the configurations. */
export function measureRow(root, progress, { name, version, degree, allocators, repeats }) {
  const program = ['java', ...jvmFlags, '-jar', jarOf(version), `--scan=${degree}`, '--step'];
  const options = [`--allocator=${allocators}`, `--repeats=${repeats}`, '--seed=1', '--step', '--settle=2s', '--', ...program];
  return measure(root, progress, name, ['compare', ...options], version === leaky && degree === 'all');
}

/** The same loader's classes, driven by the reproducer: for a release whose launcher does not start here. */
export function measureDriven(root, progress, version) {
  const options = ['--allocator=glibc', `--loader=spring-boot:${version}`, '--seed=1', '--settle=2s'];
  return measure(root, progress, `${version}-driven`, ['repro', ...options], false);
}

/**
 * Runs a command of offheap that makes a result file, or what is left of it to do.
 *
 * @param progress folder of what is under way: raw results that are not complete, and those that are
 * @returns the raw result
 */
async function measure(root, progress, name, [command, ...options], isDrawn) {
  const done = join(progress, `${name}.json`);
  if (existsSync(done)) return readJson(done);
  const raw = join(progress, `${name}.raw`);
  const isBegun = existsSync(raw);
  const start = async (file) => {
    const args = ['bin/offheap.js', command, '--census', '--format=json', file, ...options];
    // A cell that fails is a result with a reason, so the exit status is not looked at.
    const { stderr } = await execa('node', args, {
      cwd: root,
      reject: false,
      stdin: 'ignore',
      stdout: 'ignore',
      stderr: ['pipe', 'inherit'],
    });
    return existsSync(raw) && readJson(raw).complete ? undefined : lastLine(stderr);
  };
  let problem = await start(isBegun ? `--resume=${raw}` : `--results=${raw}`);
  if (problem && isBegun) {
    // Another machine, JDK or plan than before: nothing that may stand beside what is measured now.
    say(`${name}: begun anew, since ${problem}`);
    rmSync(raw);
    problem = await start(`--results=${raw}`);
  }
  if (problem) fail(`expected offheap ${command} to finish ${name}, but: ${problem} Run the same command again to go on.`);
  const result = condense(root, readJson(raw), isDrawn);
  writeJson(done, result);
  rmSync(raw);
  return result;
}

/**
 * Without what no table and no chart is made of, and without the folder that it was run in. Samples stay of the cells that are drawn: of each
 * configuration the repeat with the quickest scan, as the one that the machine's other work disturbed least.
 */
function condense(root, result, isDrawn) {
  const kept = new Set(isDrawn ? drawn.map((configuration) => quickest(result.cells, configuration)) : []);
  const cells = result.cells.map((cell) => {
    const { timeline, ...rest } = cell;
    return kept.has(cell) ? cell : rest;
  });
  return JSON.parse(JSON.stringify({ ...result, cells }).replaceAll(root, ''));
}

function quickest(cells, configuration) {
  const candidates = cells.filter((cell) => cell.configuration === configuration && cell.state === 'ok');
  const scanMs = ({ phases }) => phases.loaded.atMs - phases.baseline.atMs;
  return candidates.sort((a, b) => scanMs(a) - scanMs(b))[0];
}

export function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

export function writeJson(file, value) {
  writeFileAtomic.sync(file, `${JSON.stringify(value)}\n`);
}

function lastLine(text) {
  return text.trim().split('\n').at(-1) ?? '';
}
