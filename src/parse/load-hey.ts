import type { LoadFigures } from '../model/load-format.ts';
import { linesOf } from './lines.ts';
import { figuresOf } from './load-figures.ts';

const firstError = 400;

/** What hey prints (rakyll/hey: requester/print.go). A status of 400 and above is an error, and so is what got no answer. */
export function parseHey(text: string): LoadFigures {
  const percentiles = new Map<string, number>();
  let [requestsPerSecond, requests, errors, isOfErrors] = [Number.NaN, 0, 0, false];
  for (const line of linesOf(text)) {
    if (/^\S.{0,40} distribution:$/.test(line)) isOfErrors = line.startsWith('Error');
    const rate = /^ {1,4}Requests\/sec:\s{1,4}(\d{1,12}(?:\.\d{1,9})?)\s*$/.exec(line);
    if (rate) requestsPerSecond = Number(rate[1]);
    const percentile = /^ {1,4}(50|90|99)%{1,2} in (\d{1,9}\.\d{1,9}) secs\s*$/.exec(line);
    if (percentile) percentiles.set(percentile[1] ?? '', Math.round(Number(percentile[2]) * 1e7) / 1e4);
    const status = isOfErrors ? undefined : /^ {1,4}\[(\d{3})\]\t(\d{1,15}) responses\s*$/.exec(line);
    if (status) requests += Number(status[2]);
    if (status && Number(status[1]) >= firstError) errors += Number(status[2]);
    const unanswered = isOfErrors ? /^ {1,4}\[(\d{1,15})\]\t/.exec(line) : undefined;
    if (unanswered) [requests, errors] = [requests + Number(unanswered[1]), errors + Number(unanswered[1])];
  }
  return figuresOf({
    requestsPerSecond,
    p50Ms: percentiles.get('50'),
    p90Ms: percentiles.get('90'),
    p99Ms: percentiles.get('99'),
    requests: requests > 0 ? requests : undefined,
    errors: requests > 0 ? errors : undefined,
  });
}
