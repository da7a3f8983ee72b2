import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { runDiagnosticCommand } from '../../src/jvm/attach.ts';
import { removeAttachSocket } from '../../src/jvm/attach-leftover.ts';
import { resolveJdk } from '../../src/jvm/java-home.ts';
import { parseNmtTotal } from '../../src/parse/nmt.ts';
import { execaRunner } from '../../src/process/execa-runner.ts';
import { endJvm } from '../end-jvm.ts';
import { isRoot } from '../skip.ts';
import { stopProcess } from '../stop-process.ts';
import { copyPrograms } from './java-programs.ts';

const timeoutMs = 120_000;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offheap-attach-'));
  copyPrograms(folder, 'Idle');
});
afterAll(() => rm(folder, { recursive: true }));

async function withJvm<Result>(flags: string[], use: (pid: number) => Promise<Result>): Promise<Result> {
  const { launcher } = await resolveJdk(undefined, execaRunner);
  const child = spawn(launcher, [...flags, '-cp', '.', 'Idle', 'ready'], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    await once(createInterface({ input: child.stdout }), 'line');
    return await use(child.pid ?? 0);
  } finally {
    await endJvm(child);
  }
}

describe('HotSpot attach protocol', () => {
  test('runs diagnostic commands, leaves no trigger file, and serves a second command on the same socket', async () => {
    await withJvm(['-XX:NativeMemoryTracking=summary', '-Xmx64m', '-XX:+UseSerialGC'], async (pid) => {
      expect(await runDiagnosticCommand(pid, 'VM.flags', { timeoutMs })).toContain('-XX:+UseSerialGC');
      const total = parseNmtTotal(await runDiagnosticCommand(pid, 'VM.native_memory summary', { timeoutMs }));
      expect(total?.committedBytes).toBeGreaterThan(10_000_000);
      expect((await readdir(folder)).filter((name) => name.startsWith('.attach_pid'))).toEqual([]);
      expect(existsSync(`/tmp/.attach_pid${pid}`)).toBe(false);
    });
  });

  test('a socket that an earlier process with the same pid has left is not taken for the JVM’s', async () => {
    await withJvm([], async (pid) => {
      const path = `/tmp/.java_pid${pid}`;
      await rm(path, { force: true });
      // Bound and never listened to, as the killed process's is now; a listening server of Node removes its own when it closes.
      await execa('python3', [
        '-c',
        `import os,socket; os.umask(0o177); socket.socket(socket.AF_UNIX).bind(${JSON.stringify(path)})`,
      ]);
      expect(existsSync(path)).toBe(true);
      expect(await runDiagnosticCommand(pid, 'VM.version', { timeoutMs })).toContain('JDK');
    });
  });

  test.for([
    {
      what: 'is another user’s',
      change: (path: string) => chown(path, 65_534, 65_534),
      why: 'it belongs to user 65534, and the process runs as user 0',
    },
    { what: 'may be used by others', change: (path: string) => chmod(path, 0o666), why: 'others may use it (mode 666)' },
  ])('a socket that $what is not talked to', async ({ change, why }, { skip }) => {
    skip(!isRoot, 'only root gives a file away');
    await withJvm([], async (pid) => {
      const path = `/tmp/.java_pid${pid}`;
      let connections = 0;
      // Another test may have had a look at all JVMs of the machine.
      await rm(path, { force: true });
      const server = createServer(() => connections++).listen(path);
      try {
        await once(server, 'listening');
        await chmod(path, 0o600);
        await change(path);
        await expect(runDiagnosticCommand(pid, 'VM.version', { timeoutMs })).rejects.toThrow(
          `Could not attach to process ${pid}: /proc/${pid}/root${path} is not the socket of this JVM: ${why}. Remove it and try again.`,
        );
        expect(connections).toBe(0);
      } finally {
        server.close();
      }
    });
  });

  test('a link that waits where the trigger goes is not followed: its target keeps its content, owner and mode', async () => {
    await withJvm([], async (pid) => {
      const victim = join(folder, 'victim');
      await writeFile(victim, 'precious', { mode: 0o640 });
      const before = await stat(victim);
      const links = [join(folder, `.attach_pid${pid}`), `/tmp/.attach_pid${pid}`];
      try {
        for (const link of links) await symlink(victim, link);
        expect(await runDiagnosticCommand(pid, 'VM.version', { timeoutMs })).toContain('JDK');
      } finally {
        for (const link of links) await rm(link, { force: true });
      }
      const { uid, gid, mode, mtimeMs } = await stat(victim);
      expect({ uid, gid, mode, mtimeMs }).toEqual({ uid: before.uid, gid: before.gid, mode: before.mode, mtimeMs: before.mtimeMs });
      expect(await readFile(victim, 'utf8')).toBe('precious');
    });
  });

  test('of a JVM that was killed the socket is removed; one that somebody listens at stays', async () => {
    const path = await withJvm([], async (pid) => {
      await runDiagnosticCommand(pid, 'VM.version', { timeoutMs });
      process.kill(pid, 'SIGKILL');
      await removeAttachSocket(pid);
      return `/tmp/.java_pid${pid}`;
    });
    expect(existsSync(path)).toBe(false);
    const server = createServer().listen(path);
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    await removeAttachSocket(Number(/\d+$/.exec(path)?.[0]));
    expect(existsSync(path)).toBe(true);
  });

  test('a process that ends while it is asked is not waited for, and leaves no trigger', async () => {
    // Short sleeps: a signal that comes just before a long one would be told only at its end.
    const script =
      'import signal, time; signal.signal(signal.SIGQUIT, lambda *_: print("asked", flush=True)); print("ready", flush=True)\n' +
      'for _ in range(1200): time.sleep(0.05)';
    const child = spawn('python3', ['-c', script], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    await lines.next();
    const asked = runDiagnosticCommand(child.pid ?? 0, 'VM.version', { timeoutMs: 60_000 });
    await lines.next();
    expect(existsSync(join(folder, `.attach_pid${child.pid}`))).toBe(true);
    child.kill('SIGKILL');
    await expect(asked).rejects.toMatchObject({ code: 'NO_SUCH_PROCESS' });
    expect(existsSync(join(folder, `.attach_pid${child.pid}`))).toBe(false);
  });

  test('one that ends just before the signal is sent: the same', async () => {
    await withJvm([], async (pid) => {
      const kill = vi.spyOn(process, 'kill').mockImplementationOnce(() => {
        throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH' });
      });
      onTestFinished(() => kill.mockRestore());
      await expect(runDiagnosticCommand(pid, 'VM.version', { timeoutMs })).rejects.toMatchObject({ code: 'NO_SUCH_PROCESS' });
      expect(existsSync(`/proc/${pid}/cwd/.attach_pid${pid}`)).toBe(false);
    });
  });

  test("a command the JVM does not know is the JVM's own sentence", async () => {
    await withJvm([], async (pid) => {
      await expect(runDiagnosticCommand(pid, 'No.such_command', { timeoutMs })).rejects.toThrow(
        /^Could not attach to process \d+: the JVM refused `No\.such_command`: .*Unknown diagnostic command/,
      );
    });
  });

  test('a stopped JVM is a time-out, not a hang', async () => {
    await withJvm([], async (pid) => {
      await runDiagnosticCommand(pid, 'VM.version', { timeoutMs });
      await stopProcess(pid);
      await expect(runDiagnosticCommand(pid, 'VM.version', { timeoutMs: 300 })).rejects.toThrow('the JVM did not answer in time');
    });
  });

  test('a process that is no JVM gets no SIGQUIT and lives on', async () => {
    const child = spawn('sleep', ['60']);
    try {
      await once(child, 'spawn');
      await expect(runDiagnosticCommand(child.pid ?? 0, 'VM.version', { timeoutMs })).rejects.toThrow('it does not handle SIGQUIT');
      expect(child.exitCode).toBeNull();
    } finally {
      child.kill('SIGKILL');
    }
  });

  test('a pid that does not exist', async () => {
    await expect(runDiagnosticCommand(2 ** 22 + 1, 'VM.version', { timeoutMs })).rejects.toMatchObject({ code: 'NO_SUCH_PROCESS' });
  });
});

describe('resolveJdk', () => {
  test('knows the version, the home and the flags of the JVM', async () => {
    const jdk = await resolveJdk(undefined, execaRunner);
    expect(jdk.version).toMatch(/^\d+/);
    expect(existsSync(join(jdk.home, 'bin', 'java'))).toBe(true);
    expect(jdk.flags.has('MaxHeapSize')).toBe(true);
  });

  test('a home without a JDK is a sentence that names it', async () => {
    await expect(resolveJdk(folder, execaRunner)).rejects.toThrow(
      `Expected --java to be the folder of a JDK, but "${folder}/bin/java" does not exist.`,
    );
  });
});
