import type { EventEmitter } from 'node:events';
import type { LoadFigures, LoadFormat } from '../model/load-format.ts';
import type { LoadEnd, Metric } from '../model/result.ts';
import { bytesPerMiB } from '../model/units.ts';
import { parseLoadOutput } from '../parse/load-output.ts';

/** A line of JMeter's log has 130 characters: half a million requests. */
const mostCharacters = 64 * bytesPerMiB;

interface ReadLoad {
  counts: Pick<LoadEnd, 'requests' | 'errors'>;
  metrics: Record<string, Metric>;
  /** Why there are no figures. */
  problem?: string;
}

/** What a load of a named format prints, kept for its figures. */
export class LoadOutput {
  readonly #format: LoadFormat;
  readonly #lines: string[] = [];
  #characters = 0;

  /** @param events emits `line` with every line. */
  constructor(format: LoadFormat, events: EventEmitter) {
    this.#format = format;
    events.on('line', (line: string) => {
      this.#characters += line.length + 1;
      if (this.#characters <= mostCharacters) this.#lines.push(line);
    });
  }

  read(): ReadLoad {
    const nothing = { counts: {}, metrics: {} };
    if (this.#characters > mostCharacters)
      return {
        ...nothing,
        problem: `The load printed more than ${mostCharacters / bytesPerMiB} MiB, of which --load-format=${this.#format} reads no figures.`,
      };
    const figures = parseLoadOutput(this.#format, this.#lines.join('\n'));
    if (!figures)
      return {
        ...nothing,
        problem: `Expected the load to print what ${this.#format} prints (--load-format), and found no figure of it.`,
      };
    const { requests, errors } = figures;
    return {
      counts: { ...(requests === undefined ? {} : { requests }), ...(errors === undefined ? {} : { errors }) },
      metrics: metricsOf(figures),
    };
  }
}

function metricsOf({ requests: _, ...figures }: LoadFigures): Record<string, Metric> {
  const entries = Object.entries(figures).map(([name, value]): [string, Metric] => [
    name,
    { value, better: name === 'requestsPerSecond' ? 'higher' : 'lower' },
  ]);
  return Object.fromEntries(entries);
}
