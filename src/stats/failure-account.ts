import type { Cell } from '../model/result.ts';
import { formatCount } from '../model/units.ts';
import { firstSentence } from './culprit.ts';

const mostNamed = 3;
/** Its beginning names the program; its end what that runs. */
const [longestStart, longestEnd] = [24, 40];

/** What ran when a cell failed, and what the doctor found in it, in some sentences; undefined where nothing was seen. */
export function describeFailure({ failure }: Pick<Cell, 'failure'>): string | undefined {
  const { processes = [], threadDump, look } = failure ?? {};
  if (processes.length === 0) return undefined;
  const named = processes.slice(0, mostNamed).map(({ pid, command, state }) => `${pid} ${shorten(command)} (${state})`);
  const others = processes.length - named.length;
  const ran = `It ran then: ${[...named, ...(others > 0 ? [`${formatCount(others)} more`] : [])].join(', ')}.`;
  const kept = threadDump === undefined ? [] : ['Its stacks are in the raw result.'];
  return [ran, ...(look && look.findings.length > 0 ? [firstSentence(look.verdict)] : []), ...kept].join(' ');
}

function shorten(command: readonly string[]): string {
  const text = command.join(' ');
  if (text.length <= longestStart + longestEnd + 1) return text;
  return `${text.slice(0, longestStart)}…${text.slice(-longestEnd)}`;
}
