import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PhaseName, phaseNames, type ResultFile, resultFile } from '../../../src/model/result.ts';
import { withPrivateFolder } from '../../../src/process/private-folder.ts';
import { offheapInTurn } from '../../cli/in-turn.ts';
import { root, startOffheap } from '../../cli/offheap.ts';
import { canMount, cannotMount, inMountNamespace } from '../../fixtures/namespace.ts';
import { plain } from '../../fixtures/preload.ts';
import { compile, temporaryFolder } from '../../native/preloaded.ts';
import { skipUnless } from '../../skip.ts';
import { findJavaHomes } from '../java-homes.ts';
import { copyPrograms } from '../java-programs.ts';
import { runCommand } from './run-command.ts';

/** How its process starts and ends is no matter here. */
const offheap = offheapInTurn();

const programs = join(root, 'test', 'integration', 'programs');
const stepwise = ['compare', '--quiet', '--format=json', '--allocator=glibc', '--settle=0ms', '--step'];
const phases = (victim: 'harness' | 'itself' | 'nobody', at: string) => ['sh', join(programs, 'phases.sh'), victim, at];
const node = (...args: string[]) => [process.execPath, join(root, 'bin', 'offheap.js'), ...args];
const kept = (path: string): ResultFile => resultFile.parse(JSON.parse(readFileSync(path, 'utf8')));
const untrimmed = phaseNames.filter((name) => name !== 'trimmed');
const until = (name: Exclude<PhaseName, 'trimmed'>) => untrimmed.slice(0, untrimmed.indexOf(name) + 1);

describe('killed when a phase has been measured', () => {
  const [java] = findJavaHomes();
  const classes = mkdtempSync(join(tmpdir(), 'offheap-harness-'));
  beforeAll(() => copyPrograms(classes, 'Phases'));
  afterAll(() => rmSync(classes, { recursive: true }));
  test.each(untrimmed)('the JVM at %s: a failed cell with what was measured until then', async (at) => {
    const raw = join(temporaryFolder(), 'raw.json');
    const jvm = [java?.java ?? '', '-XX:TieredStopAtLevel=1', '-Xmx64m', '-XX:+UseSerialGC', '-cp', classes, 'Phases', at];
    const { status, stdout } = await offheap([...stepwise, `--results=${raw}`, '--', ...jvm]);
    expect(status).toBe(1);
    const result = resultFile.parse(JSON.parse(stdout));
    expect(result).toMatchObject({ complete: true, cells: [{ state: 'failed', reason: expect.stringContaining('SIGKILL') }] });
    expect(untrimmed.filter((name) => result.cells[0]?.phases[name])).toEqual(until(at));
    expect(kept(raw)).toEqual(result);
  });

  test.each(untrimmed)('offheap at %s: the file is readable, program and counters are gone', async (at) => {
    const folder = temporaryFolder();
    const raw = join(folder, 'raw.json');
    const said = join(folder, 'said');
    // The program says who it is and where its counters are.
    const [shell = '', ...script] = phases('harness', at);
    const command = ['sh', '-c', 'echo $$ "$OFFHEAP_COUNTERS_DIR" >"$0"; exec "$@"', said, shell, ...script];
    const { child, finished } = startOffheap([...stepwise, `--results=${raw}`, '--', ...command]);
    await finished;
    expect(child.signalCode).toBe('SIGKILL');
    expect(kept(raw)).toMatchObject({ complete: false, cells: [] });
    const [pid = '', counters = ''] = readFileSync(said, 'utf8').trim().split(' ');
    expect(counters).toMatch(/\/offheap-\w+$/);
    await expect.poll(() => [existsSync(`/proc/${pid}`), existsSync(counters)]).toEqual([false, false]);
  });
});

describe('file systems', () => {
  skipUnless(canMount, cannotMount);
  test('/dev/shm is full: counters go to the temporary folder, and are counted', () => {
    const mount = 'mount -t tmpfs -o size=64k tmpfs /dev/shm; dd if=/dev/zero of=/dev/shm/full bs=64k count=1 2>/dev/null; "$@"';
    const { status, stdout, stderr } = runCommand(
      inMountNamespace(mount, node(...stepwise, '--', ...phases('nobody', ''))),
      results(),
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const [cell] = resultFile.parse(JSON.parse(stdout)).cells;
    expect(cell).toMatchObject({ state: 'ok', phases: { settled: { liveBytes: expect.any(Number) } } });
    expect(cell?.phases.settled?.liveBytes).toBeGreaterThan(0);
  });

  test.each(['--results', '--output'])('%s in a read-only folder: said before anything is started', (option) => {
    const folder = temporaryFolder();
    const started = join(temporaryFolder(), 'started');
    const mount = 'mount -t tmpfs -o ro tmpfs "$1"; shift; "$@"';
    const command = node(...stepwise, `${option}=${folder}/file.json`, '--', 'touch', started);
    const { status, stdout, stderr } = runCommand(inMountNamespace(mount, [folder, ...command]), results());
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: '',
      stderr: `offheap: Could not write ${folder}/file.json: ${folder} is not writable. Name another file by --output or --results.\n`,
    });
    expect(existsSync(started)).toBe(false);
  });

  test('the disk fills while cells run: the result is printed whole, the file keeps its last whole state, no half of one', () => {
    const full = temporaryFolder();
    const saved = temporaryFolder();
    const mount =
      'mount -t tmpfs -o size=64k tmpfs "$1"; full=$1 saved=$2; shift 2; "$@" && status=0 || status=$?; rm "$full/filler"; cp "$full"/* "$saved"; exit $status';
    const fill = ['sh', '-c', 'cat /dev/zero >"$0" 2>/dev/null; exec "$@"', join(full, 'filler'), ...phases('nobody', '')];
    const command = node(...stepwise, `--results=${full}/raw.json`, '--', ...fill);
    const { status, stdout, stderr } = runCommand(inMountNamespace(mount, [full, saved, ...command]));
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^offheap: Could not write .*raw\.json: ENOSPC: no space left on device, write\. Name another file by --output or --results\.\n$/,
    );
    expect(resultFile.parse(JSON.parse(stdout))).toMatchObject({ complete: true, cells: [{ state: 'ok' }] });
    expect(kept(join(saved, 'raw.json'))).toMatchObject({ complete: false, cells: [] });
    expect(existsSync(join(saved, 'filler'))).toBe(false);
  });

  test('the disk is full when the result is to be written: it goes to stdout instead', () => {
    const full = temporaryFolder();
    const mount = 'mount -t tmpfs -o size=64k tmpfs "$1"; shift; "$@"';
    const fill = ['sh', '-c', 'cat /dev/zero >"$0" 2>/dev/null; exec "$@"', join(full, 'filler'), ...phases('nobody', '')];
    const command = node(...stepwise, `--output=${full}/result.json`, '--', ...fill);
    const { status, stdout, stderr } = runCommand(inMountNamespace(mount, [full, ...command]), results());
    expect(status).toBe(1);
    expect(stderr).toMatch(/^offheap: Could not write .*result\.json: ENOSPC/);
    expect(resultFile.parse(JSON.parse(stdout))).toMatchObject({ complete: true, cells: [{ state: 'ok' }] });
  });
});

test('the wall clock jumps by an hour at every look at it: no duration and no timeline notices', async () => {
  const jumping = plain(compile('jumping_clock', 'library'));
  const raw = join(temporaryFolder(), 'raw.json');
  const began = performance.now();
  const { status, stdout } = await offheap([...stepwise, `--results=${raw}`, '--', ...phases('nobody', '')], {
    LD_PRELOAD: jumping,
  });
  const tookMs = performance.now() - began;
  expect(status).toBe(0);
  const [cell] = resultFile.parse(JSON.parse(stdout)).cells;
  expect(cell?.wallMs).toBeGreaterThan(0);
  expect(cell?.wallMs).toBeLessThan(tookMs);
  const times = cell?.timeline?.atMs ?? [];
  expect(times.length).toBeGreaterThan(0);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  const atMs = untrimmed.map((name) => cell?.phases[name]?.atMs ?? Number.NaN);
  expect(atMs).toEqual(atMs.toSorted((a, b) => a - b));
  expect(atMs.at(-1)).toBeLessThan(tookMs);
});

test('the folder of the counters is for this user alone', async () => {
  expect(await withPrivateFolder(async (folder) => statSync(folder).mode & 0o777)).toBe(0o700);
});

function results(): Record<string, string> {
  const folder = join(temporaryFolder(), 'cache');
  mkdirSync(folder);
  return { OFFHEAP_CACHE_DIR: folder };
}
