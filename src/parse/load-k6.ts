import type { LoadFigures } from '../model/load-format.ts';
import { matchLine } from './lines.ts';
import { figuresOf, lastJsonOf, numberAt, parseGoDurationMs } from './load-figures.ts';

/**
 * The summary that k6 prints at its end, or its --summary-export=/dev/stdout (grafana.com/docs/k6: results-output/end-of-test). p(99) is there when the test asks for it
 * (`summaryTrendStats`). `http_req_failed` is the share of requests that failed; its `passes` of the export are those that did.
 */
export function parseK6(text: string): LoadFigures {
  const rate = matchLine(text, /^\s{0,16}http_reqs\.{0,60}: {1,8}(\d{1,15}) {1,16}(\d{1,12}(?:\.\d{1,9})?)\/s\s*$/);
  return rate ? ofText(text, Number(rate[1]), Number(rate[2])) : ofJson(lastJsonOf(text));
}

function ofText(text: string, requests: number, requestsPerSecond: number): LoadFigures {
  const [, trend = ''] = matchLine(text, /^\s{0,16}http_req_duration\.{0,60}: {1,8}(\S.{0,500})$/) ?? [];
  const figures = new Map(trend.split(/ +/).map((pair) => splitAt(pair)));
  const msOf = (name: string) => parseGoDurationMs(figures.get(name) ?? '');
  // `0.30% 3 out of 1000`, or before k6 1.0 `0.30% ✓ 3 ✗ 997`.
  const [, counted, ticked] =
    matchLine(text, /^\s{0,16}http_req_failed\.{0,60}: {1,8}[\d.]{1,12}% {1,16}(?:(\d{1,15}) out of|✓ {1,8}(\d{1,15}) )/) ?? [];
  return figuresOf({
    requestsPerSecond,
    p50Ms: msOf('med'),
    p90Ms: msOf('p(90)'),
    p99Ms: msOf('p(99)'),
    requests,
    errors: Number(counted ?? ticked),
  });
}

function splitAt(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return [pair.slice(0, at), pair.slice(at + 1)];
}

function ofJson(json: unknown): LoadFigures {
  const duration = (name: string) => numberAt(json, 'metrics', 'http_req_duration', name);
  return figuresOf({
    requestsPerSecond: numberAt(json, 'metrics', 'http_reqs', 'rate'),
    p50Ms: duration('med'),
    p90Ms: duration('p(90)'),
    p99Ms: duration('p(99)'),
    requests: numberAt(json, 'metrics', 'http_reqs', 'count'),
    errors: numberAt(json, 'metrics', 'http_req_failed', 'passes'),
  });
}
