// Starts the hostile targets, and ends them.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { hostileTargets } from './targets.mjs';

const tests = fileURLToPath(new URL('..', import.meta.url));
const sourceFolders = [join(tests, 'hostile', 'programs'), join(tests, 'native', 'programs')];
const fakeJvm = join(tests, 'integration', 'programs', 'fake_jvm.py');
const pageBytes = 4096;
/** As test/native/preloaded.ts compiles them: a compiler that knows malloc leaves out calls whose result nobody uses. */
const flags = ['-std=gnu11', '-O1', '-pthread', '-fno-builtin', '-U_FORTIFY_SOURCE', '-Wl,-z,dynamic-undefined-weak'];

/**
 * All of them, when each is as hostile as it gets. Every command line has the folder in it, and no other does.
 *
 * @param context `folder`: theirs, with Burst.class in it; `meter`: libmeter.so; `replyBoundsOf`: of src/jvm/reply-bounds.ts; `removeAttachSocket`
 * @returns `{ name, hostileBy, pid, end() }`, where the pid of one that is restarted is that of the last one
 */
export async function startHostileTargets(context) {
  const libjvm = join(context.folder, 'libjvm.so');
  const empty = join(context.folder, 'empty.c');
  writeFileSync(empty, 'int empty;\n');
  execFileSync('cc', ['-shared', '-fPIC', empty, '-o', libjvm]);
  const running = [];
  try {
    for (const target of hostileTargets) running.push(await startTarget(target, { ...context, libjvm }));
    return running;
  } catch (error) {
    await Promise.all(running.map((target) => target.end()));
    throw error;
  }
}

async function startTarget(target, context) {
  if (target.kind === 'restarted') return startAgainAndAgain(target, context);
  const { command, args, env } = launchOf(target, context);
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { PATH: process.env.PATH, ...env } });
  const end = async () => {
    await kill(child);
    await context.removeAttachSocket(child.pid);
  };
  const lines = createInterface({ input: child.stdout });
  // The fake JVM tells all that it is asked: nobody waits for it.
  const said = await Promise.race([once(lines, 'line'), once(child, 'exit')]);
  lines.resume();
  if (said[0] !== 'ready') {
    await end();
    throw new Error(`${target.name} said ${JSON.stringify(said[0])} instead of ready`);
  }
  if (target.kind === 'stopped') child.kill('SIGSTOP');
  return { name: target.name, hostileBy: target.hostileBy, pid: child.pid, end };
}

function launchOf(target, { folder, libjvm, meter, replyBoundsOf }) {
  const mapsLibjvm = { LD_PRELOAD: libjvm };
  if (target.kind === 'fake')
    return { command: 'python3', args: [fakeJvm, JSON.stringify(target.answers(replyBoundsOf)), libjvm], env: {} };
  if (target.kind === 'stopped')
    return { command: 'java', args: ['-Xmx16m', '-XX:TieredStopAtLevel=1', '-cp', folder, 'Burst', '1', '1'], env: {} };
  if (target.kind === 'names') {
    const file = join(folder, target.word);
    writeFileSync(file, Buffer.alloc(pageBytes));
    const env = { ...mapsLibjvm, MALLOC_ARENA_MAX: target.word, MALLOC_CONF: target.word, JAVA_TOOL_OPTIONS: target.word };
    return { command: compile('hostile_names', folder), args: [file, target.word, '-jar', `${target.word}.jar`], env };
  }
  if (target.isSanitized) return { command: compile(target.source, folder, ['-fsanitize=address']), args: target.args, env: {} };
  const env = target.isMetered ? { LD_PRELOAD: `${meter}:${libjvm}` } : mapsLibjvm;
  return { command: compile(target.source, folder), args: target.args, env };
}

function compile(source, folder, more = []) {
  const executable = join(folder, source);
  if (existsSync(executable)) return executable;
  const file = sourceFolders.map((place) => join(place, `${source}.c`)).find((path) => existsSync(path));
  execFileSync('cc', [...flags, ...more, file, '-o', executable], { stdio: ['ignore', 'ignore', 'inherit'] });
  return executable;
}

function startAgainAndAgain({ name, hostileBy }, { folder, libjvm }) {
  let hasEnded = false;
  const startOne = () => {
    const env = { PATH: process.env.PATH, LD_PRELOAD: libjvm };
    const child = spawn('sleep', ['0.1'], { argv0: join(folder, name), stdio: 'ignore', env });
    child.once('exit', () => {
      if (!hasEnded) current = startOne();
    });
    return child;
  };
  let current = startOne();
  const end = async () => {
    hasEnded = true;
    await kill(current);
  };
  return {
    name,
    hostileBy,
    get pid() {
      return current.pid;
    },
    end,
  };
}

async function kill(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
