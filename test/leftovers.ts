import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseStatusLine } from '../src/parse/proc-fields.ts';

const checkout = fileURLToPath(new URL('..', import.meta.url));
/** What makes a JVM listen: an empty file in its working directory, which whoever attaches removes again. */
const isTrigger = (name: string) => name.startsWith('.attach_pid');
/** HotSpot's own folder, whatever TMPDIR says. */
const socketFolder = '/tmp';
/** What holds Chromium's lock: a browser that is slow to end leaves it, and it is no matter of ours. */
const ofBrowser = /^\.org\.chromium\./;
const socketName = /^\.java_pid(\d+)(\.tmp)?$/;

/**
 * Before the first test of a run: a temporary folder of its own. After the last one: fails the run, when something is left there, or in the checkout the trigger of
 * an attach. Attach sockets of JVMs that the run has started are removed: a test that looks at all JVMs of the machine asks those of other tests, which kill them.
 * That offheap itself leaves none, tests of it say.
 */
export default function watchLeftovers(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'offheap-tests-'));
  // As /tmp is: some tests run as another user.
  chmodSync(folder, 0o1777);
  process.env['TMPDIR'] = folder;
  const triggersBefore = new Set(readdirSync(checkout).filter(isTrigger));
  const sockets = new Set<string>();
  // A JVM lives when its socket appears: only then can be told whose it is.
  const watcher = watch(socketFolder, (_, name) => {
    const pid = socketName.exec(name ?? '')?.[1];
    if (pid !== undefined && isOfThisRun(Number(pid))) sockets.add(join(socketFolder, `.java_pid${pid}`));
  });
  return () => {
    watcher.close();
    const names = readdirSync(folder).filter((name) => !ofBrowser.test(name));
    const triggers = readdirSync(checkout).filter((name) => isTrigger(name) && !triggersBefore.has(name));
    const left = [...names.map((name) => join(folder, name)), ...triggers.map((name) => join(checkout, name))];
    for (const path of [folder, ...sockets, ...left]) rmSync(path, { recursive: true, force: true });
    if (left.length === 0) return;
    process.stderr.write(`Expected the tests to leave nothing, found ${left.join(', ')} (removed now).\n`);
    process.exitCode = 1;
  };
}

function isOfThisRun(pid: number): boolean {
  for (let ancestor = pid; ancestor > 1; ancestor = parentOf(ancestor)) if (ancestor === process.pid) return true;
  return false;
}

function parentOf(pid: number): number {
  try {
    return Number(parseStatusLine(readFileSync(`/proc/${pid}/status`, 'utf8'), 'PPid'));
  } catch {
    return 0;
  }
}
