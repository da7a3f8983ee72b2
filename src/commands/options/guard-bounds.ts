import { type Command, Option } from 'commander';
import type { GuardBound } from '../../api/guard.ts';
import { OffheapError } from '../../model/errors.ts';
import type { Unit } from '../../model/guard.ts';
import { type QuantityName, quantities } from '../../model/quantities.ts';
import { parseByteSize, parseDuration, quote } from '../../model/units.ts';
import { moreOption } from '../help/more-options.ts';

/** Of these, less is worse. */
const lowerBounded = new Set(['returned']);
/** What most bounds are of. */
const common = new Set(['retained', 'settled', 'peak']);

/** An option for every quantity, and for metrics. */
export function addBoundOptions(command: Command): Command {
  for (const [name, { meaning, unit }] of Object.entries(quantities)) {
    const kind = lowerBounded.has(name) ? 'min' : 'max';
    const flags = `--${kind}-${name} <${placeholders[unit]}>`;
    command.addOption(common.has(name) ? new Option(flags, meaning) : moreOption(flags, meaning));
  }
  const collect = (value: string, values: string[] = []) => [...values, value];
  return command
    .option('--max-metric <name=value>', 'a figure that the load prints as @metric name=value', collect)
    .addOption(moreOption('--min-metric <name=value>', 'the same, where less is worse').argParser(collect));
}

/** The bounds among the options of the command line, in the order of help. */
export function parseBounds(options: Readonly<Record<string, unknown>>): GuardBound[] {
  const names = Object.keys(quantities) as QuantityName[];
  const quantityBounds = names.flatMap((quantity): GuardBound[] => {
    const kind = lowerBounded.has(quantity) ? 'min' : 'max';
    const text = options[camelCase(`${kind}-${quantity}`)];
    const option = `--${kind}-${quantity}`;
    return typeof text === 'string' ? [{ quantity, [kind]: parseLimit(text, quantities[quantity].unit, option) }] : [];
  });
  const metricBounds = (['max', 'min'] as const).flatMap((kind) =>
    ((options[`${kind}Metric`] ?? []) as string[]).map((text) => parseMetricBound(text, kind)),
  );
  const bounds = [...quantityBounds, ...metricBounds];
  if (bounds.length > 0 || options['baseline'] !== undefined) return bounds;
  throw new OffheapError(
    'USAGE',
    'Expected at least one bound, such as --max-settled=500MB or --max-retained=64MB, or --baseline with --max-regression.',
  );
}

const placeholders: Record<Unit, string> = {
  bytes: 'size',
  bytesPerMinute: 'size/time',
  milliseconds: 'duration',
  count: 'n',
  share: 'percent',
};

function parseLimit(text: string, unit: Unit, option: string): number {
  if (unit === 'bytes') return parseByteSize(text, option);
  if (unit === 'milliseconds') return parseDuration(text, option);
  if (unit === 'bytesPerMinute') return parseRate(text, option);
  const match = unit === 'share' ? /^(\d+(?:\.\d+)?) ?%$/.exec(text) : /^(\d+)$/.exec(text);
  if (match) return unit === 'share' ? Number(match[1]) / 100 : Number(match[1]);
  throw new OffheapError(
    'USAGE',
    `Expected ${option} to be ${unit === 'share' ? 'a share such as 75%' : 'a whole number'}, got ${quote(text)}.`,
  );
}

const perMinute: Readonly<Record<string, number>> = { s: 60, min: 1, h: 1 / 60 };

function parseRate(text: string, option: string): number {
  const [, size = '', time = ''] = /^(.+)\/(s|min|h)$/.exec(text) ?? [];
  const factor = perMinute[time];
  if (factor === undefined) throw new OffheapError('USAGE', `Expected ${option} to be a rate such as 1MB/min, got ${quote(text)}.`);
  return parseByteSize(size, option) * factor;
}

function parseMetricBound(text: string, kind: 'max' | 'min'): GuardBound {
  const [, metric, limit] = /^([A-Za-z][\w.-]*)=(-?\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (metric !== undefined) return { metric, [kind]: Number(limit) };
  throw new OffheapError('USAGE', `Expected --${kind}-metric to be name=value, got ${quote(text)}.`);
}

function camelCase(name: string): string {
  return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
