import type { LoadFigures } from '../model/load-format.ts';
import { linesOf, matchLines } from './lines.ts';
import { figuresOf } from './load-figures.ts';

/**
 * What JMeter prints without a window: the lines of a CSV log that goes to stdout (-l /dev/stdout), with a line of names first, or else the last of its `summary =` lines, which have
 * no percentiles (jmeter.apache.org: usermanual/listeners, get-started; reporters/Summariser.java).
 */
export function parseJmeter(text: string): LoadFigures {
  return ofSamples(text) ?? ofSummary(text);
}

function ofSummary(text: string): LoadFigures {
  const pattern =
    /summary = {1,16}(\d{1,15}) in {1,16}[\d:.]{1,16}s? = {1,16}(\d{1,12}(?:\.\d{1,9})?)\/s Avg: {1,16}\d{1,15} Min: {1,16}\d{1,15} Max: {1,16}\d{1,15} Err: {1,16}(\d{1,15}) /;
  const last = [...matchLines(text, pattern)].at(-1);
  return figuresOf({ requests: Number(last?.[1]), requestsPerSecond: Number(last?.[2]), errors: Number(last?.[3]) });
}

interface Columns {
  timeStamp: number;
  elapsed: number;
  success: number;
}

function ofSamples(text: string): LoadFigures | undefined {
  let columns: Columns | undefined;
  const elapsed: number[] = [];
  let [errors, first, last] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const line of linesOf(text)) {
    if (!columns) columns = columnsOf(line);
    else {
      const fields = fieldsOf(line.trimEnd());
      const [startMs, tookMs, success] = [
        Number(fields[columns.timeStamp]),
        Number(fields[columns.elapsed]),
        fields[columns.success],
      ];
      if (!(startMs > 0) || !(tookMs >= 0) || (success !== 'true' && success !== 'false')) continue;
      elapsed.push(tookMs);
      if (success === 'false') errors++;
      [first, last] = [Math.min(first, startMs), Math.max(last, startMs + tookMs)];
    }
  }
  if (elapsed.length === 0) return undefined;
  const sorted = Float64Array.from(elapsed).sort();
  // The nearest rank: a time that was measured.
  const percentile = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  return figuresOf({
    requestsPerSecond: last > first ? (elapsed.length * 1000) / (last - first) : undefined,
    p50Ms: percentile(0.5),
    p90Ms: percentile(0.9),
    p99Ms: percentile(0.99),
    requests: elapsed.length,
    errors,
  });
}

function columnsOf(line: string): Columns | undefined {
  const names = line.trim().split(',');
  const [timeStamp, elapsed, success] = ['timeStamp', 'elapsed', 'success'].map((name) => names.indexOf(name));
  if (timeStamp === undefined || elapsed === undefined || success === undefined) return undefined;
  return Math.min(timeStamp, elapsed, success) < 0 ? undefined : { timeStamp, elapsed, success };
}

/** Of a line of CSV, where a field in quotes may have commas, and quotes that are doubled. */
function fieldsOf(line: string): string[] {
  return line.includes('"')
    ? [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
    : line.split(',');
}
