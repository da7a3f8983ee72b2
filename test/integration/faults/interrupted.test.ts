import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { root, startOffheap } from '../../cli/offheap.ts';
import { endJvm } from '../../end-jvm.ts';
import { compile, temporaryFolder } from '../../native/preloaded.ts';
import { processesWith } from '../compare-programs.ts';
import { compileTexts } from '../compile-java.ts';
import { findJavaHomes } from '../java-homes.ts';
import { copyPrograms } from '../java-programs.ts';

const [java] = findJavaHomes();
const classes = mkdtempSync(join(tmpdir(), 'offheap-interrupted-'));
beforeAll(async () => {
  copyPrograms(classes, 'Phases');
  await compileTexts(classes, {
    Inflating: `public class Inflating { public static void main(String[] a) throws Exception { System.out.println("up");
      for (var kept = new java.util.ArrayList<Object>();; Thread.sleep(5)) kept.add(new java.util.zip.Inflater()); } }`,
  });
});
afterAll(() => rmSync(classes, { recursive: true }));
/** On a busy machine. Without the signal they go on for 15 s of processor time, and for ten minutes. */
const atOnceMs = 5000;
const patience = { timeout: 60_000, interval: 20 };
const socketsOf = (pid: string) => readdirSync('/tmp').filter((name) => name.startsWith(`.java_pid${pid}`));

test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
  '%s of a run whose JVM is below a wrapper: no attach socket is left',
  async (signal) => {
    const folder = temporaryFolder();
    const said = join(folder, 'pid');
    // A JVM opens its socket when it is asked for the first time: before the baseline is measured.
    const jvm = [java?.java ?? '', '-Xmx32m', '-XX:+UseSerialGC', '-cp', classes, 'Phases', 'never'];
    const { child, finished } = startOffheap(
      [
        ...[
          'compare',
          '--allocator=glibc',
          '--step',
          '--settle=0s',
          '--duration=10m',
          `--results=${join(folder, 'raw.json')}`,
          '--',
        ],
        'sh',
        '-c',
        'echo $$ >"$0"; "$@"; exit',
        said,
        ...jvm,
      ],
      {},
      folder,
    );
    const jvmOf = () =>
      processesWith(`${classes} Phases never`).filter((pid) => parentOf(pid) === readFileSync(said, 'utf8').trim());
    await vi.waitUntil(() => existsSync(said) && jvmOf().some((pid) => socketsOf(String(pid)).length > 0), patience);
    const [pid] = jvmOf();
    child.kill(signal);
    await finished;
    await expect.poll(() => [existsSync(`/proc/${pid}`), socketsOf(String(pid))]).toEqual([false, []]);
  },
);

test.each([
  ['SIGINT', 130, 'and not freed'],
  ['SIGTERM', 130, 'and not freed'],
  ['SIGKILL', null, ''],
] as const)(
  'doctor --stacks that %s ends early: the folder that was lent is gone, and what was recorded is told',
  async (signal, status, told) => {
    const folder = temporaryFolder();
    const child = spawn(java?.java ?? '', ['-Xmx64m', '-XX:+UseSerialGC', '-cp', classes, 'Inflating'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => endJvm(child));
    await once(child.stdout, 'data');
    const lent = () => /\/tmp\/offheap-stacks-\w+/.exec(readFileSync(`/proc/${child.pid}/maps`, 'utf8'))?.[0];
    const cache = { OFFHEAP_CACHE_DIR: join(root, 'build') };
    const doctor = startOffheap(['doctor', String(child.pid), '--stacks=10m', '--quiet'], cache);
    await vi.waitUntil(() => lent() !== undefined && existsSync(join(lent() ?? '', 'native.jfr')), patience);
    const path = lent() ?? '';
    doctor.child.kill(signal);
    const { status: ended, stdout, stderr } = await doctor.finished;
    expect({ ended, stderr }).toEqual({ ended: status, stderr: '' });
    expect(stdout).toContain(told);
    await expect.poll(() => existsSync(path)).toBe(false);
    for (const name of readdirSync(join(root, 'build', 'results'))) {
      if (name.startsWith(`stacks-${child.pid}.`)) rmSync(join(root, 'build', 'results', name));
    }
  },
);

test('an attach that a signal ends leaves no trigger', async () => {
  const folder = temporaryFolder();
  // It catches SIGQUIT and opens no socket: whoever attaches waits.
  const deaf = `import signal, time\nsignal.signal(signal.SIGQUIT, lambda *_: None)\nprint('up', flush=True)\ntime.sleep(600)`;
  const child = spawn('python3', ['-c', deaf], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const script = `await (await import(process.argv[1])).runDiagnosticCommand(Number(process.argv[2]), 'VM.version', { timeoutMs: 60000 })`;
  const asking = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    script,
    join(root, 'dist', 'jvm', 'attach.js'),
    String(child.pid),
  ]);
  await vi.waitUntil(() => existsSync(join(folder, `.attach_pid${child.pid}`)), patience);
  asking.kill('SIGTERM');
  await once(asking, 'exit');
  expect(asking.signalCode).toBe('SIGTERM');
  expect(readdirSync(folder)).toEqual([]);
});

/** Once the doctor has this of its patient open. */
const hasOpen = (doctor: number | undefined, path: string) =>
  readdirSync(`/proc/${doctor}/fd`).some((name) => {
    try {
      return readlinkSync(`/proc/${doctor}/fd/${name}`) === path;
    } catch {
      return false;
    }
  });

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends a doctor that walks 50,000 arenas at once, with status 130', async (signal) => {
  const patient = spawn(compile('forged_arenas'), ['50000'], { stdio: ['pipe', 'pipe', 'ignore'] });
  onTestFinished(() => void patient.kill('SIGKILL'));
  await once(patient.stdout, 'data');
  const { child, finished } = startOffheap(['doctor', String(patient.pid)]);
  await vi.waitUntil(() => hasOpen(child.pid, `/proc/${patient.pid}/pagemap`), patience);
  const interruptedAt = performance.now();
  child.kill(signal);
  expect(await finished).toEqual({ status: 130, stdout: '', stderr: '' });
  expect(performance.now() - interruptedAt).toBeLessThan(atOnceMs);
});

// The trigger may be one of another file's list of JVMs, which looks at this one too.
test('Ctrl-C ends a doctor that waits for a JVM at once, and no trigger is left', { retry: 2 }, async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'libjvm.so'), 'x');
  // It maps what only a JVM maps, catches SIGQUIT, and opens no socket.
  const deaf = `import mmap, signal, time
signal.signal(signal.SIGQUIT, lambda *_: None)
file = open('libjvm.so', 'rb')
kept = mmap.mmap(file.fileno(), 1, mmap.MAP_PRIVATE, mmap.PROT_READ)
print('up', flush=True)
time.sleep(600)`;
  const patient = spawn('python3', ['-c', deaf], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void patient.kill('SIGKILL'));
  await once(patient.stdout, 'data');
  const { child, finished } = startOffheap(['doctor', String(patient.pid), '--timeout=10m']);
  await vi.waitUntil(() => existsSync(join(folder, `.attach_pid${patient.pid}`)), patience);
  const interruptedAt = performance.now();
  child.kill('SIGINT');
  expect(await finished).toEqual({ status: 130, stdout: '', stderr: '' });
  expect(performance.now() - interruptedAt).toBeLessThan(atOnceMs);
  expect(readdirSync(folder)).toEqual(['libjvm.so']);
});

test('an interrupted repro: status 130, and neither socket nor counters are left', async () => {
  const raw = join(temporaryFolder(), 'raw.json');
  const { child, finished } = startOffheap([
    'repro',
    '--allocator=glibc',
    '--streams=500',
    '--heap=64m',
    '--settle=10m',
    `--results=${raw}`,
  ]);
  const jvmOf = () => processesWith('offheap-repro.jar').filter((pid) => parentOf(pid) === String(child.pid));
  await vi.waitUntil(() => jvmOf().some((pid) => socketsOf(String(pid)).length > 0), patience);
  const [pid] = jvmOf();
  const counters = /OFFHEAP_COUNTERS_DIR=([^\0]+)/.exec(readFileSync(`/proc/${pid}/environ`, 'utf8'))?.[1] ?? '';
  expect(existsSync(counters)).toBe(true);
  child.kill('SIGINT');
  expect((await finished).status).toBe(130);
  expect([socketsOf(String(pid)), existsSync(counters), existsSync(`/proc/${pid}`)]).toEqual([[], false, false]);
});

/** Empty of one that has ended meanwhile. */
function parentOf(pid: number): string {
  try {
    return /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
  } catch {
    return '';
  }
}
