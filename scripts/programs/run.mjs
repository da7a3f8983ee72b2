// One run of a program's script, in an empty folder that it finds in $WORK and any user may write to.
import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const mostSeconds = 300;
const isRoot = process.getuid() === 0;

/**
 * Runs the script to its end, and ends what it has left running. Its own output is what is compared.
 *
 * @returns {{ status: number | string, output: string, errors: string, seconds: number }}
 */
export function runScript({ script }, root, variables = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'offheap-programs-'));
  const [work, output, errors] = ['work', 'output', 'errors'].map((name) => join(folder, name));
  mkdirSync(work);
  chmodSync(folder, 0o755);
  chmodSync(work, 0o1777);
  // Files: a pipe would be waited for as long as anything that the script left running holds it.
  const stdio = ['ignore', openSync(output, 'w'), openSync(errors, 'w')];
  const startedAt = performance.now();
  // timeout gives the script a process group of its own, and ends all of that.
  const command = ['--kill-after=10', String(mostSeconds), 'bash', '-ec', script];
  const { status, signal } = spawnSync('timeout', command, { cwd: work, env: { ...environment(work, root), ...variables }, stdio });
  const seconds = (performance.now() - startedAt) / 1000;
  for (const descriptor of stdio.slice(1)) closeSync(descriptor);
  endWhatIsLeft(work);
  const [said, complained] = [output, errors].map((file) => readFileSync(file, 'utf8'));
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  return { status: status ?? signal, output: said, errors: complained.slice(-4000), seconds };
}

function environment(work, root) {
  const home = process.env.HOME ?? '';
  return {
    // Debian's servers are where an ordinary user does not look.
    PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
    HOME: work,
    LC_ALL: 'C',
    WORK: work,
    ROOT: root,
    TMPDIR: work,
    NODE: process.execPath,
    // rustup's compiler is found by the user's own home.
    RUSTUP_HOME: process.env.RUSTUP_HOME ?? join(home, '.rustup'),
    /** What begins a command that is to run as an ordinary user. */
    ORDINARY: isRoot ? 'setpriv --reuid=65534 --regid=65534 --clear-groups' : '',
  };
}

/** What a script left running, or a program of it that made a session of its own: it has the folder's name in its environment. */
function endWhatIsLeft(work) {
  const mark = `WORK=${work}\0`;
  const isOurs = (pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark);
    } catch {
      return false;
    }
  };
  const left = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isOurs(name));
  for (let pids = left(); pids.length > 0; pids = left())
    for (const pid of pids) {
      try {
        process.kill(Number(pid), 'SIGKILL');
      } catch {} // it has ended meanwhile
    }
}
