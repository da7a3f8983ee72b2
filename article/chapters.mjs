// What the commands of the page print, asked of the article's program while it waits at its phases.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { jarOf } from './measure.mjs';
import { jvmFlags, leaky } from './plan.mjs';

const program = ['java', ...jvmFlags, '-jar', jarOf(leaky), '--step'];

/** @returns `{ capturedAt, name: { command, output } }` */
export async function captureChapters(root) {
  const captures = { capturedAt: new Date().toISOString() };
  const capture = async (name, command) => {
    captures[name] = { command: command.join(' '), output: await outputOf(root, command) };
  };
  await capture('syscalls-start', ['offheap', 'syscalls', '--for=20s', '--', ...program.slice(0, -1)]);
  const profiled = ['--allocator=glibc', '--stacks', '--step', '--settle=0', '--quiet'];
  await capture('stacks', ['offheap', 'compare', ...profiled, '--', ...program]);

  const patient = await startPatient(root);
  const pid = String(patient.pid);
  try {
    await patient.reach('scanned');
    await capture('doctor-scanned', ['offheap', 'doctor', pid]);
    await capture('nmt', ['jcmd', pid, 'VM.native_memory', 'summary']);
    await capture('peek', ['offheap', 'doctor', pid, '--peek']);
    await capture('gc', ['offheap', 'doctor', pid, '--gc']);
    await patient.reach('collected');
    await capture('histo-collected', ['offheap', 'histo', pid, '--arenas']);
    await capture('syscalls-idle', ['offheap', 'syscalls', pid, '--for=5s']);
    await capture('trim', ['offheap', 'doctor', pid, '--trim']);
  } finally {
    await patient.stop();
  }
  return captures;
}

async function outputOf(root, [name, ...args]) {
  const [file, first] = name === 'offheap' ? ['node', ['bin/offheap.js']] : [name, []];
  // doctor ends with 3 when it found problems.
  const { exitCode, stdout, stderr } = await execa(file, [...first, ...args], {
    cwd: root,
    reject: false,
    stdin: 'ignore',
    env: { NO_COLOR: '1', LC_ALL: 'C.UTF-8' },
  });
  if (exitCode !== 0 && exitCode !== 3) throw new Error(`${name} ${args.join(' ')} ended with ${exitCode}: ${stderr}`);
  return stdout.replaceAll(root, '');
}

/** The program, which waits at each phase until the next one is asked for. */
async function startPatient(root) {
  const child = spawn(program[0], program.slice(1), { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const reached = async (phase) => {
    const { value = '', done } = await lines.next();
    if (done || !value.startsWith(`@phase ${phase}`)) throw new Error(`expected the program to reach ${phase}, it said "${value}"`);
  };
  await reached('baseline');
  return {
    pid: child.pid,
    async reach(phase) {
      child.stdin.write('\n');
      await reached(phase);
    },
    async stop() {
      const ended = child.exitCode ?? child.signalCode ?? once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
