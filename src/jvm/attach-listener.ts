import { lstat, readlink, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { OffheapError } from '../model/errors.ts';
import { isMappedByOpenJ9, parseMappedFiles } from '../parse/maps.ts';
import { mountOf } from '../parse/mountinfo.ts';
import { parseEffectiveIds, parseInnermostId, parseStatusLine } from '../parse/proc-fields.ts';
import { threadFolder, withProcFolder } from '../process/living-thread.ts';
import { readProc } from '../process/proc-file.ts';
import { explainRefusal } from '../process/ptrace-permission.ts';
import { describeSlowMount, mountsOf, slowMountBehind, slowMountOf } from '../process/slow-mounts.ts';
import { AttachError } from './attach-error.ts';
import { checkSocket } from './attach-socket.ts';
import { createTrigger } from './attach-trigger.ts';

const pollMs = 5;
const sigQuitBit = 1n << 2n;
/** capability.h: CAP_DAC_OVERRIDE. */
const dacOverrideBit = 1n << 1n;
const writeAndEnter = 0o3;
/** It answers SIGQUIT by a file in its working directory, of the state of all its threads (openj9: runtime/rasdump), and has a protocol of its own. */
const openJ9 = (pid: number) =>
  `it is OpenJ9, which does not speak the protocol of HotSpot. It tells its native memory by part itself, in the section NATIVEMEMINFO of a javacore: jcmd ${pid} Dump.java`;

/**
 * The JVM opens its socket only when it is asked to: by a file `.attach_pidN` in its working directory or /tmp, and SIGQUIT. The signal
 * ends a process that does not handle it, so it is sent only to one that does. A stopped JVM would see it when it goes on and, with the file
 * gone by then, print all its stacks on its stdout: it is sent none.
 */
export async function listeningSocket(pid: number, status: string, deadline: number, signal?: AbortSignal): Promise<string> {
  const innerPid = parseInnermostId(status) ?? pid;
  const slowMount = slowMountOf(pid, '/tmp');
  if (slowMount) throw new AttachError(pid, 'slow-files', `on the way to its /tmp ${describeSlowMount(slowMount)}.`);
  const folder = threadFolder(pid) ?? `/proc/${pid}`;
  const socketPath = `${folder}/root/tmp/.java_pid${innerPid}`;
  if (await isReady(socketPath, pid, status)) return socketPath;
  if (isMappedByOpenJ9(parseMappedFiles(await readProc(pid, 'maps').catch(() => ''))))
    throw new AttachError(pid, 'not-attachable', openJ9(pid));
  await requireFolder(pid, `${folder}/root`);
  const caught = BigInt(`0x${parseStatusLine(status, 'SigCgt') ?? '0'}`);
  if ((caught & sigQuitBit) === 0n)
    throw new AttachError(pid, 'not-attachable', 'it does not handle SIGQUIT, so it is no JVM, or one started with -Xrs.');
  if (/^t/i.test(parseStatusLine(status, 'State') ?? ''))
    throw new AttachError(pid, 'stopped', 'it is stopped, by a signal or a debugger.');
  const cwd = slowMountBehind(pid, 'cwd') ? [] : [`${folder}/cwd/`];
  const folders = [...cwd, `${folder}/root/tmp/`];
  const trigger = await createTrigger(folders, `.attach_pid${innerPid}`, status);
  if (trigger === 'taken') {
    if (performance.now() > deadline) throw silent(pid);
    signal?.throwIfAborted();
    await delay(pollMs);
    return listeningSocket(pid, status, deadline, signal);
  }
  if (!trigger) {
    await requireRunning(pid);
    throw new AttachError(
      pid,
      'not-permitted',
      `could not create .attach_pid${innerPid} in ${folders.join(' or ')}. Run offheap as the same user as the JVM, or as root with the capabilities CAP_DAC_OVERRIDE, CAP_CHOWN and CAP_KILL.`,
    );
  }
  try {
    // Somebody else has just attached, and the JVM would take the signal for a request to print its stacks.
    if (await isReady(socketPath, pid, status)) return socketPath;
    sendSigQuit(pid);
    while (!(await isReady(socketPath, pid, status))) {
      await requireRunning(pid);
      if (performance.now() > deadline) throw (await closedFolder(pid, `${folder}/root`, status)) ?? silent(pid);
      signal?.throwIfAborted();
      await delay(pollMs);
    }
    return socketPath;
  } finally {
    await trigger.remove();
  }
}

const needsFolder =
  'and a JVM makes its attach socket there. Give it one that it can write to: a container by --tmpfs /tmp:exec, in Kubernetes an emptyDir at /tmp.';

/** A JVM makes its socket in /tmp, whatever its java.io.tmpdir says. */
async function requireFolder(pid: number, root: string): Promise<void> {
  const found = await lstat(`${root}/tmp`).catch(({ code }: NodeJS.ErrnoException) => code);
  if (found === 'EACCES' || found === 'EPERM') {
    const { why, cure: permission } = explainRefusal(pid, 'read');
    throw new AttachError(pid, 'not-permitted', `its file system may not be entered, because ${why}. ${permission}`);
  }
  const isAbsent = typeof found === 'object' ? !found.isDirectory() && !found.isSymbolicLink() : found === 'ENOENT';
  if (isAbsent) {
    await requireRunning(pid);
    throw new AttachError(pid, 'failed', `it has no folder /tmp, ${needsFolder}`);
  }
  if (mountOf('/tmp', mountsOf(pid))?.options.includes('ro'))
    throw new AttachError(pid, 'failed', `its /tmp is mounted read-only, ${needsFolder}`);
}

/** By its mode. A list of access (acl(5)) may allow what that does not: asked only where no socket came. */
async function closedFolder(pid: number, root: string, status: string): Promise<AttachError | undefined> {
  const found = await stat(`${root}/tmp`).catch(() => undefined);
  const { uid, gid } = parseEffectiveIds(status);
  const overrides = (BigInt(`0x${parseStatusLine(status, 'CapEff') ?? '0'}`) & dacOverrideBit) !== 0n;
  if (!found || overrides) return undefined;
  const groups = [gid, ...(parseStatusLine(status, 'Groups')?.split(/\s+/).map(Number) ?? [])];
  const shift = found.uid === uid ? 6 : groups.includes(found.gid) ? 3 : 0;
  if (((found.mode >> shift) & writeAndEnter) === writeAndEnter) return undefined;
  return new AttachError(
    pid,
    'failed',
    // A tmpfs of Docker gets the mode that the image's own /tmp has (runc: libcontainer/rootfs_linux.go, mountToRootfs).
    `its /tmp may not be written to by its user, ${uid}, and a JVM makes its attach socket there. Let it write there: in the image RUN chmod 1777 /tmp, a container by --tmpfs /tmp:exec,uid=${uid}, in Kubernetes an emptyDir at /tmp.`,
  );
}

function sendSigQuit(pid: number): void {
  try {
    process.kill(pid, 'SIGQUIT');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') throw ended(pid);
    throw new AttachError(
      pid,
      'not-permitted',
      'it could not be sent SIGQUIT. Run offheap as the same user as the JVM, or as root with the capability CAP_KILL.',
    );
  }
}

/** Another user's socket would be told what is asked, and could answer anything. */
async function isReady(socketPath: string, pid: number, status: string): Promise<boolean> {
  const check = await checkSocket(socketPath, status);
  if (check.state === 'foreign')
    throw new AttachError(
      pid,
      'foreign-socket',
      `${socketPath} is not the socket of this JVM: ${check.why}. Remove it and try again.`,
    );
  return check.state === 'own';
}

/** Of a process that has ended, a zombie too, the root is gone, and that of each of its threads. */
export async function requireRunning(pid: number): Promise<void> {
  await withProcFolder(pid, (folder) => readlink(`${folder}/root`)).catch(({ code }: NodeJS.ErrnoException) => {
    if (code === 'ENOENT' || code === 'ESRCH') throw ended(pid);
  });
}

function silent(pid: number): AttachError {
  return new AttachError(pid, 'no-answer', 'the JVM did not open its attach socket in time; is it stopped or very busy?');
}

function ended(pid: number): OffheapError {
  return new OffheapError('NO_SUCH_PROCESS', `Process ${pid} ended while it was asked.`);
}
