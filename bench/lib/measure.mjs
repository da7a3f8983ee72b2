// Runs the plan: every round takes every group, and in it every variant once, both in random order, so that what slows the machine for a while
// meets all alike. Never throws for a run that fails: that run is a result with a reason.
import { spawnSync } from 'node:child_process';
import { shuffle } from 'simple-statistics';

/** @returns cells `{ kind, allocator, threads, batch, depth, variant, round, state, cpuNs?, wallNs?, reason? }` */
export function measureGroups(groups, { pairs, rounds, profilerRounds = rounds, budgetMs, random, onRound }) {
  const cells = [];
  for (let round = 0; round < rounds; round++) {
    onRound(round);
    for (const { variants, ...group } of shuffle(groups, random)) {
      if (group.kind === 'profilers' && round >= profilerRounds) continue;
      for (const variant of shuffle(variants, random)) {
        const result = variant.reason ? { state: 'skipped', reason: variant.reason } : runPairs(pairs, group, variant, budgetMs);
        cells.push({ ...group, variant: variant.name, round, ...result });
      }
    }
  }
  return cells;
}

function runPairs(pairs, { threads, batch, depth }, { preload, env }, budgetMs) {
  const { status, signal, stdout, stderr, error } = spawnSync(pairs, [threads, batch, depth, budgetMs].map(String), {
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', ...env, ...(preload.length > 0 ? { LD_PRELOAD: preload.join(':') } : {}) },
    timeout: 120_000,
  });
  const complaint = /^.*(?:Invalid conf pair|cannot be preloaded).*$/m.exec(stderr ?? '')?.[0];
  const [cpuNs, wallNs] = (stdout ?? '').trim().split(' ').map(Number);
  if (status === 0 && cpuNs > 0 && wallNs > 0 && !complaint) return { state: 'ok', cpuNs, wallNs };
  const reason = complaint ?? error?.message ?? signal ?? `exit status ${status}: ${(stderr ?? '').trim().split('\n').at(-1)}`;
  return { state: 'failed', reason };
}
