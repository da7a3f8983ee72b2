import type { LoadFigures } from '../model/load-format.ts';

type Maybe = { [Name in keyof LoadFigures]: number | undefined };

/** Those that are figures: what was not found is undefined or no number. */
export function figuresOf(found: Maybe): LoadFigures {
  return Object.fromEntries(
    Object.entries(found).filter(([, value]) => value !== undefined && Number.isFinite(value) && value >= 0),
  ) as LoadFigures;
}

/** The value of a path in parsed JSON where that is a number. */
export function numberAt(json: unknown, ...path: readonly string[]): number | undefined {
  let value = json;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return typeof value === 'number' ? value : undefined;
}

/** The last text between a brace that begins a line and one that ends a line, as JSON: what else was printed may stand before and after it. */
export function lastJsonOf(text: string): unknown {
  const end = text.lastIndexOf('}');
  for (let start = text.lastIndexOf('\n{') + 1, tries = 0; tries < 2; tries++) {
    if (start === 0 && !text.startsWith('{')) return undefined;
    try {
      return JSON.parse(text.slice(start, end + 1));
    } catch {
      // An object of a list may begin a line as well.
      start = text.startsWith('{') ? 0 : text.indexOf('\n{') + 1;
    }
  }
  return undefined;
}

/** As Go prints a duration: `1m2.5s`, `145.08ms`, `250µs` (time.Duration.String). */
export function parseGoDurationMs(text: string): number | undefined {
  const match = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9}(?:\.\d{1,9})?)(ns|µs|μs|us|ms|s))?$/.exec(text);
  if (!match || text === '') return undefined;
  const [, hours = '0', minutes = '0', value = '0', unit = 's'] = match;
  const factors: Readonly<Record<string, number>> = { ns: 1e-6, ms: 1, s: 1000 };
  return Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(value) * (factors[unit] ?? 0.001);
}
