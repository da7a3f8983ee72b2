import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openCounters } from '../../../src/native/counters.ts';
import { offheap, root } from '../../cli/offheap.ts';
import { canMount, cannotMount, inMountNamespace } from '../../fixtures/namespace.ts';
import { runCommand } from '../../integration/faults/run-command.ts';
import { isRoot, skipUnless } from '../../skip.ts';
import { compile, library, meter, onlyPage, readPages, runProgram, temporaryFolder } from '../preloaded.ts';

async function started(child: ChildProcess): Promise<string> {
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout ?? child, 'data');
  return String(child.pid);
}

describe('the folder of the counter page', () => {
  skipUnless(canMount, cannotMount);
  const run = (options: string) => {
    const folder = temporaryFolder();
    const script = `mount -t tmpfs ${options} tmpfs "$1"; [ "$2" = empty ] || dd if=/dev/zero of="$1"/full bs=4k count=4 2>/dev/null; shift 2; exec "$@"`;
    const preload = ['env', `LD_PRELOAD=${library}`, `OFFHEAP_COUNTERS_DIR=${folder}`, 'OFFHEAP_VERBOSE=1', compile('late_calls')];
    return runCommand(inMountNamespace(script, [folder, options.includes('ro') ? 'empty' : 'full', ...preload]));
  };

  test('is full: the program runs on, without a SIGBUS, and says why its counters are its own', () => {
    expect(run('-o size=16k')).toEqual({
      status: 0,
      stdout: '',
      stderr: 'offheap mmapalloc: counters are not shared: no space for the file, errno 28\n',
    });
  });

  test('is read-only: the program runs on', () => {
    expect(run('-o ro')).toEqual({
      status: 0,
      stdout: '',
      stderr: 'offheap mmapalloc: counters are not shared: cannot create a file in OFFHEAP_COUNTERS_DIR, errno 30\n',
    });
  });
});

test('a page is for its user alone, whatever the umask', () => {
  const folder = temporaryFolder();
  const { status } = runCommand([
    'sh',
    ['-c', 'umask 0; exec env LD_PRELOAD="$0" OFFHEAP_COUNTERS_DIR="$1" "$2"', library, folder, compile('late_calls')],
  ]);
  expect(status).toBe(0);
  const modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777);
  expect(modes).toEqual([0o600]);
});

test('a page of another user is refused with a sentence', (context) => {
  context.skip(!isRoot, 'only root becomes another user');
  const finished = runProgram('late_calls', [], { OFFHEAP_COUNTERS_DIR: undefined });
  expect(finished.pages).toEqual([]);
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  const { file } = onlyPage({ ...finished, pages: pagesOf(folder) });
  process.seteuid?.(65_534);
  try {
    expect(() => openCounters({ path: join(folder, file) })).toThrow(
      expect.objectContaining({
        code: 'NO_PERMISSION',
        message: expect.stringContaining('Run as the user who owns it, or as root.'),
      }),
    );
  } finally {
    process.seteuid?.(0);
  }
});

function pagesOf(folder: string) {
  runProgram('late_calls', [], { OFFHEAP_COUNTERS_DIR: folder });
  return readPages(folder);
}

test('a pid that another process has by now: the page of the first is not taken for its own', (context) => {
  context.skip(!canMount, cannotMount);
  const folder = temporaryFolder();
  const script = `
    started() { cut -d' ' -f22 "/proc/$1/stat"; }
    LD_PRELOAD="$1" OFFHEAP_COUNTERS_DIR="$2" sleep 600 & first=$!
    until [ -e "$2/$first-0.counters" ] && [ "$(cat "/proc/$first/comm")" = sleep ]; do :; done
    before=$(started $first)
    kill -KILL $first; wait $first || true
    until [ "$(started self)" -gt "$before" ]; do :; done
    echo $((first - 1)) >/proc/sys/kernel/ns_last_pid
    sleep 600 & second=$!
    trap 'kill $second' EXIT
    [ $first = $second ] || exit 77
    "$3" "$4" counters $second && exit 78
    mv "$2/$first-"*.counters "$2/page"
    "$3" "$4" counters "$2/page"`;
  const args = [meter, folder, process.execPath, join(root, 'bin', 'offheap.js')];
  const { status, stdout, stderr } = runCommand(inMountNamespace(script, args, ['--pid', '--fork', '--mount-proc']));
  expect(stderr).toMatch(/^(Killed\n)?offheap: Expected process \d+ to have a counter page, found none: /);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Process \d+, counted by meter since \S+, ended: these are its last counters\.\n/);
});

describe('hostile names', () => {
  const driven = /[^\P{Cc}\n]/u;

  test('of a thread: the process is no zombie, its counters and heaps are read, and nothing reaches the terminal', async () => {
    const child = spawn(compile('hostile_name'), {
      env: { ...process.env, LD_PRELOAD: meter },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await started(child);
    const counters = await offheap(['counters', pid]);
    expect(counters).toMatchObject({ status: 0, stderr: '' });
    expect(counters.stdout).toContain(', running.\n');
    expect(counters.stdout).toContain(') Z 1 ');
    const json = await offheap(['counters', pid, '--format=json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ threads: [{ tid: Number(pid), liveAllocations: expect.any(Number) }] });
    const histo = await offheap(['histo', pid]);
    const doctor = await offheap(['doctor', pid]);
    expect([histo.status, doctor.status]).toEqual([0, 0]);
    for (const { stdout, stderr } of [counters, json, histo, doctor]) expect(stdout + stderr).not.toMatch(driven);
  });

  test('of a mapped file, with newlines that look like a mapping: it is one file, and the parts sum to RSS', async () => {
    const bytes = 64 << 20;
    const folder = join(temporaryFolder(), 'x\n7f0000000000-7f1000000000 rw-p 00000000 00:00 0 [heap]\n\u001b[2J');
    mkdirSync(folder);
    const file = join(folder, 'mapped');
    writeFileSync(file, Buffer.alloc(bytes, 1));
    const code =
      'import mmap,sys\nwith open(sys.argv[1],"r+b") as f: m=mmap.mmap(f.fileno(),0)\nsum(m[::4096])\nprint("up",flush=True)\nsys.stdin.read()';
    const pid = await started(spawn('python3', ['-c', code, file], { stdio: ['pipe', 'pipe', 'inherit'] }));
    const { status, stdout } = await offheap(['doctor', pid, '--format=json']);
    expect([0, 3]).toContain(status);
    const { evidence } = JSON.parse(stdout);
    const parts: { kind: string; rssBytes: number; largest: { name: string; sizeBytes: number }[] }[] = evidence.regions;
    expect(parts.reduce((sum, { rssBytes }) => sum + rssBytes, 0)).toBe(evidence.rssBytes);
    const holder = parts.find(({ largest }) => largest.some(({ sizeBytes }) => sizeBytes === bytes));
    expect(holder?.largest[0]?.name).toContain('/mapped');
    const table = await offheap(['doctor', pid]);
    expect(table.stdout).toContain('/mapped');
    expect(table.stdout).not.toMatch(driven);
    expect(existsSync(file)).toBe(true);
  });
});
