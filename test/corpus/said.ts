import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const failed = '@done failed ';

/** What a program has said on stdout. */
export interface Said {
  /** The first line that begins so; undefined when the program ends without it. */
  first(start: string): Promise<string | undefined>;
  has(line: string): boolean;
  /** For the end of a sentence: how it says that it failed. */
  failure(): string;
}

/** From now on. */
export function listen(child: ChildProcess): Said {
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  reader.on('line', (line) => lines.push(line));
  const closed = once(reader, 'close');
  return {
    async first(start) {
      for (;;) {
        const found = lines.find((line) => line.startsWith(start) || line.startsWith(failed));
        if (found !== undefined) return found.startsWith(start) ? found : undefined;
        const isOver = await Promise.race([once(reader, 'line').then(() => false), closed.then(() => true)]);
        if (isOver) return lines.find((line) => line.startsWith(start));
      }
    },
    has: (line) => lines.includes(line),
    failure() {
      const said = lines.find((line) => line.startsWith(failed));
      return said === undefined ? '' : `: ${said.slice(failed.length)}`;
    },
  };
}
