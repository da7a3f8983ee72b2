import type { LoadFigures } from '../model/load-format.ts';
import { matchLine, matchLines } from './lines.ts';
import { figuresOf } from './load-figures.ts';

const unitMs: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * What wrk 4 prints (wg/wrk: src/wrk.c, print_stats_latency() and main()); latencies are there with its option --latency. An answer of 400 and above is an error, as are connections
 * that failed and answers that came late.
 */
export function parseWrk(text: string): LoadFigures {
  const percentiles = new Map<string, number>();
  for (const [, percent = '', value, unit = ''] of matchLines(text, /^ {1,8}(50|90|99)% {1,8}(\d{1,9}\.\d\d)(us|ms|s|m|h)\s*$/))
    percentiles.set(percent, Number(value) * (unitMs[unit] ?? Number.NaN));
  const requests = matchLine(text, /^ {1,8}(\d{1,15}) requests in \d/)?.[1];
  const refused = matchLine(text, /^ {1,8}Non-2xx or 3xx responses: (\d{1,15})\s*$/)?.[1];
  const socket = matchLine(
    text,
    /^ {1,8}Socket errors: connect (\d{1,15}), read (\d{1,15}), write (\d{1,15}), timeout (\d{1,15})\s*$/,
  );
  const errors = [refused, ...(socket?.slice(1) ?? [])].reduce((sum, count) => sum + Number(count ?? 0), 0);
  return figuresOf({
    requestsPerSecond: Number(matchLine(text, /^Requests\/sec: {1,16}(\d{1,12}\.\d\d)\s*$/)?.[1]),
    p50Ms: percentiles.get('50'),
    p90Ms: percentiles.get('90'),
    p99Ms: percentiles.get('99'),
    requests: Number(requests),
    errors: requests === undefined ? undefined : errors,
  });
}
