import { printableName } from '../model/printable.ts';
import { linesOf } from './lines.ts';

/** An event as `jfr print --json` has it. Fields of an object within it have its name before theirs: `heapSpace.committedSize`. */
export interface RecordedEvent {
  /** Such as `jdk.ResidentSetSize`. */
  type: string;
  /** When it began, in milliseconds since the epoch; absent where it is not told. */
  atMs?: number;
  numbers: Map<string, number>;
  texts: Map<string, string>;
}

/** No event that is read has as many, and a hostile one would fill memory. */
const mostFields = 100;
const deepest = 16;
const fieldLine = /^"(\w{1,80})": ?(.*)$/;

/**
 * Takes the lines of `jfr print --json` one after the other, each of which has one field at most (jdk: jdk.jfr, JSONWriter): nothing of a recording but one event is kept. Lines
 * of another form are left out.
 */
export class JfrEventReader {
  #event: RecordedEvent | undefined;
  #path: string[] = [];

  /** The event that ended before this line; undefined where none did. */
  take(line: string): RecordedEvent | undefined {
    const text = line.trim();
    const [, name = '', rest = ''] = fieldLine.exec(text) ?? [];
    if (name === '') {
      // The next of a list is in the same place.
      if (/^[}\]]/.test(text) && !text.endsWith('{')) this.#path.pop();
      return undefined;
    }
    const value = rest.replace(/, *$/, '').trim();
    // An event may have a field of that name as well.
    if (name === 'type' && this.#path.at(-1) === 'events') return this.#begin(value);
    if (/^(?:\{|\[\{?)$/.test(value)) {
      if (this.#path.length < deepest) this.#path.push(name);
      return undefined;
    }
    const at = this.#path.indexOf('values');
    if (at >= 0) this.#add([...this.#path.slice(at + 1), name].join('.'), value);
    return undefined;
  }

  /** The last one. */
  end(): RecordedEvent | undefined {
    const event = this.#event;
    this.#event = undefined;
    return event;
  }

  #begin(value: string): RecordedEvent | undefined {
    const before = this.end();
    const type = textOfJson(value);
    if (type !== undefined) this.#event = { type, numbers: new Map(), texts: new Map() };
    return before;
  }

  #add(name: string, value: string): void {
    const event = this.#event;
    if (!event || event.numbers.size + event.texts.size >= mostFields) return;
    if (/^-?\d{1,19}(?:\.\d{1,19})?(?:E-?\d{1,3})?$/.test(value)) event.numbers.set(name, Number(value));
    const text = textOfJson(value);
    if (text === undefined) return;
    if (name !== 'startTime') event.texts.set(name, text);
    else if (Number.isFinite(Date.parse(text))) event.atMs = Date.parse(text);
  }
}

function textOfJson(value: string): string | undefined {
  if (!value.startsWith('"') || !value.endsWith('"')) return undefined;
  try {
    return printableName(String(JSON.parse(value)));
  } catch {
    return undefined;
  }
}

/** All events of a text. */
export function parseJfrEvents(text: string): RecordedEvent[] {
  const reader = new JfrEventReader();
  const events = [...linesOf(text)].flatMap((line) => reader.take(line) ?? []);
  const last = reader.end();
  return last ? [...events, last] : events;
}
