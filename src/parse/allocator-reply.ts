import type { AllocatorAnswer, AllocatorFigures } from '../model/allocator-answer.ts';
import { allocatorFigureNames } from '../model/allocator-answer.ts';
import { type MallocSettingName, mallocSettingNames } from '../model/malloc-settings.ts';
import { printable } from '../model/printable.ts';

const header = 'offheap-allocator 1';
const nsAMs = 1e6;
/** As much as the agent writes, native/agent/reply.h. */
export const longestReplyBytes = 16_384;

/** Lines of the agent in native/agent. Undefined where they are not in its form, or not whole. */
export function parseAllocatorReply(text: string): AllocatorAnswer[] | undefined {
  const lines = text.split('\n');
  if (text.length > longestReplyBytes || lines[0] !== header || lines.at(-1) !== '' || lines.at(-2) !== 'end') return undefined;
  const answers: AllocatorAnswer[] = [];
  let isAfter = false;
  for (const line of lines.slice(1, -2)) {
    const [key = '', value = ''] = splitOnce(line);
    if (key === 'allocator') {
      answers.push({ name: printable(value), object: '', serves: false, version: '', figures: {}, options: {} });
      isAfter = false;
    }
    const answer = answers.at(-1);
    if (!answer) return undefined;
    if (key === 'after') isAfter = true;
    else add(answer, key, value, isAfter);
  }
  return answers;
}

function splitOnce(line: string): [string, string] {
  const space = line.indexOf(' ');
  return space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)];
}

/** What a later agent tells besides is passed over. */
function add(answer: AllocatorAnswer, key: string, value: string, isAfter: boolean): void {
  const number = /^\d{1,16}$/.test(value) ? Number(value) : undefined;
  if (key === 'object') answer.object = printable(value);
  else if (key === 'version') answer.version = printable(value);
  else if (key === 'serves') answer.serves = value === '1';
  else if (key.startsWith('option.') && !isAfter) answer.options[printable(key.slice('option.'.length))] = printable(value);
  else if ((key === 'taken' || key === 'refused') && isSetting(value)) answer.told = { ...answer.told, [value]: key === 'taken' };
  else if (key === 'purgeNs' && number !== undefined) answer.purge = { isDone: false, tookMs: number / nsAMs, after: {} };
  else if (key === 'purged' && answer.purge) answer.purge.isDone = value === '1';
  else if (isFigure(key) && number !== undefined) figuresOf(answer, isAfter)[key] = number;
}

function figuresOf(answer: AllocatorAnswer, isAfter: boolean): AllocatorFigures {
  return isAfter && answer.purge ? answer.purge.after : answer.figures;
}

function isSetting(name: string): name is MallocSettingName {
  return mallocSettingNames.some((known) => known === name);
}

function isFigure(key: string): key is keyof AllocatorFigures {
  return allocatorFigureNames.has(key);
}
