import type { LoadFigures } from '../model/load-format.ts';
import { matchLine } from './lines.ts';
import { figuresOf, lastJsonOf, numberAt, parseGoDurationMs } from './load-figures.ts';

/**
 * What `vegeta report` prints, as text or by --type=json (tsenart/vegeta v12: lib/reporters.go, lib/metrics.go, whose times are nanoseconds). The rate is that of successful answers,
 * its `throughput`.
 */
export function parseVegeta(text: string): LoadFigures {
  const totals = matchLine(text, /^Requests {1,12}\[total, rate, throughput\] {1,16}(\d{1,15}), [\d.]{1,20}, ([\d.]{1,20})\s*$/);
  return totals ? ofText(text, Number(totals[1]), Number(totals[2])) : ofJson(lastJsonOf(text));
}

function ofText(text: string, requests: number, requestsPerSecond: number): LoadFigures {
  const [, listed = ''] = matchLine(text, /^Latencies {1,12}\[min, mean, 50, 90, 95, 99, max\] {1,16}(\S.{0,300})$/) ?? [];
  const [, , p50, p90, , p99] = listed.split(',').map((duration) => parseGoDurationMs(duration.trim()));
  const success = Number(matchLine(text, /^Success {1,12}\[ratio\] {1,40}([\d.]{1,10})%\s*$/)?.[1]) / 100;
  return figuresOf({ requestsPerSecond, p50Ms: p50, p90Ms: p90, p99Ms: p99, requests, errors: errorsOf(text, requests, success) });
}

/** The ratio is rounded to a hundredth of a per cent; the codes are exact. 0 is of no answer. */
function errorsOf(text: string, requests: number, success: number): number {
  const [, listed = ''] = matchLine(text, /^Status Codes {1,12}\[code:count\] {1,40}(\S.{0,1000})$/) ?? [];
  const counts = listed.split(/ +/).map((pair) => pair.split(':').map(Number));
  const answered = counts.filter(([code = 0]) => code >= 200 && code < 400).reduce((sum, [, count = 0]) => sum + count, 0);
  return listed === '' ? Math.round(requests * (1 - success)) : requests - answered;
}

function ofJson(json: unknown): LoadFigures {
  const msOf = (name: string) => (numberAt(json, 'latencies', name) ?? Number.NaN) / 1e6;
  const [requests, success] = [numberAt(json, 'requests'), numberAt(json, 'success')];
  return figuresOf({
    requestsPerSecond: numberAt(json, 'throughput'),
    p50Ms: msOf('50th'),
    p90Ms: msOf('90th'),
    p99Ms: msOf('99th'),
    requests,
    errors: requests === undefined || success === undefined ? undefined : Math.round(requests * (1 - success)),
  });
}
