// One program under every library: the cells of its row.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { say, which } from '../lib/run.mjs';
import { compareCalls, prepareCount } from './calls.mjs';
import { runScript } from './run.mjs';

/** Why it cannot run here: of its needs, executables, files, or `{ command, why }` that has to succeed. */
export function missingOf({ needs }) {
  return needs.filter((need) => !isThere(need)).map((need) => need.why ?? `${need} is not installed`);
}

function isThere(need) {
  if (typeof need === 'string') return which(need) !== undefined || existsSync(need);
  return spawnSync('bash', ['-c', need.command], { stdio: 'ignore' }).status === 0;
}

/** @returns {{ ok: boolean, cells: string[] }} */
export function tryProgram(program, { root, variants, witness, meter }) {
  const missing = missingOf(program);
  if (missing.length > 0) {
    const reason = missing.join(', ');
    say(`${program.name}: skipped, ${reason}`);
    return { ok: true, cells: [program.name, `skipped: ${reason}`] };
  }
  const version = spawnSync('bash', ['-c', program.version], { encoding: 'utf8' }).stdout.trim().split('\n')[0];
  const plain = runScript(program, root);
  if (plain.status !== 0)
    say(`${program.name} fails without a library (${plain.status}): ${plain.output.slice(-500)}${plain.errors}`);
  const results = [
    ...variants.map((variant) => judge(program, variant, plain, runScript(program, root, { LD_PRELOAD: variant.preload }), root)),
    judgeCalls(program, plain, { root, witness, meter }),
  ];
  const ok = plain.status === 0 && results.every((result) => result.ok);
  const first = version ? `${program.name} (${version})` : program.name;
  return { ok, cells: [first, program.check, `${plain.seconds.toFixed(1)} s`, ...results.map(({ text }) => text)] };
}

/** Behind the meter an allocator has to do what it does alone, no more. */
function judge(program, variant, plain, done, root) {
  const { name, alone } = variant;
  const ratio = `${(done.seconds / plain.seconds).toFixed(1)}×`;
  const isSame = isAlike(plain, done);
  say(`${program.name}, ${name}: ${isSame ? 'same' : 'DIFFERENT'}, ${plain.seconds.toFixed(1)} s ${ratio}`);
  if (isSame) return { ok: true, text: `same, ${ratio}` };
  if (alone !== undefined && !isAlike(plain, runScript(program, root, { LD_PRELOAD: alone })))
    return { ok: true, text: 'fails, as without the meter' };
  process.stderr.write(
    `--- without (${plain.status})\n${plain.output}\n--- with (${done.status})\n${done.output}\n${done.errors}\n`,
  );
  return { ok: false, text: `**different**, ${ratio}` };
}

const isAlike = (one, other) => one.status === other.status && one.output === other.output;

/** `callsApart` of a program says why its counters cannot all be the same. */
function judgeCalls(program, plain, { root, witness, meter }) {
  const folder = mkdtempSync(join(tmpdir(), 'offheap-programs-calls-'));
  try {
    const done = runScript(program, root, prepareCount(folder, witness, meter));
    const { ok } = judge(program, { name: 'calls counted' }, plain, done, root);
    const { processes, agree, caught, calls, apart } = compareCalls(folder);
    for (const one of apart.slice(0, 20)) process.stderr.write(`${JSON.stringify(one)}\n`);
    const numbers = `${agree} of ${processes}, ${calls.toLocaleString('en')}${caught > 0 ? `, ${caught} caught` : ''}`;
    say(`${program.name}, processes that agree and calls: ${numbers}`);
    const isExplained = agree === processes || program.callsApart !== undefined;
    const note = agree === processes ? '' : ` (${program.callsApart ?? '**unexplained**'})`;
    return { ok: ok && processes > 0 && isExplained, text: `${numbers}${note}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
