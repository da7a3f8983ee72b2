import { printableName } from '../model/printable.ts';

export interface CollapsedStack {
  /** From the thread's start to the allocation. */
  frames: string[];
  bytes: number;
}

/** Lines of `frame;frame;frame 123`, as flame graph tools exchange them, largest first. */
export function parseCollapsedStacks(text: string): CollapsedStack[] {
  const stacks: CollapsedStack[] = [];
  for (const line of text.split('\n')) {
    const space = line.lastIndexOf(' ');
    const bytes = line.slice(space + 1);
    if (space > 0 && /^\d+$/.test(bytes))
      stacks.push({ frames: line.slice(0, space).split(';').map(printableName), bytes: Number(bytes) });
  }
  return stacks.sort((a, b) => b.bytes - a.bytes);
}
