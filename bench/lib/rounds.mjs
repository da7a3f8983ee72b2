// Paired rounds: each takes every variant once, in random order, so that what slows the machine for a while meets all alike.
import { shuffle } from 'simple-statistics';

/**
 * @param variants `{ name, … }`; the first is what the others are compared with
 * @param isDone cells so far → whether they are enough; asked after each round
 * @param run variant → figures by name; an error it throws is the reason of a failed cell
 * @returns cells `{ variant, round, state, reason?, …figures }`
 */
export async function measureRounds(variants, { rounds, random, run, onRound, isDone = () => false }) {
  const cells = [];
  for (let round = 0; round < rounds && !isDone(cells); round++) {
    onRound(round);
    for (const variant of shuffle(variants, random)) {
      const result = variant.reason ? { state: 'skipped', reason: variant.reason } : await attempt(() => run(variant, round));
      cells.push({ variant: variant.name, round, ...result });
    }
  }
  return cells;
}

async function attempt(run) {
  try {
    return { state: 'ok', ...(await run()) };
  } catch (error) {
    return { state: 'failed', reason: error.message.split('\n')[0] };
  }
}
