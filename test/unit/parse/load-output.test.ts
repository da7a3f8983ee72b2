import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseGoDurationMs } from '../../../src/parse/load-figures.ts';
import { parseLoadOutput } from '../../../src/parse/load-output.ts';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/load-output/${name}`, import.meta.url), 'utf8');

describe('wrk', () => {
  test('with --latency', () => {
    expect(parseLoadOutput('wrk', fixture('wrk-4.1.0.txt'))).toEqual({
      ...{ requestsPerSecond: 1538.03, requests: 3216, errors: 0, p50Ms: 2.44, p90Ms: 4.72, p99Ms: 9.42 },
    });
  });

  test('without latencies; answers that are errors; sockets that failed; microseconds and seconds', () => {
    expect(parseLoadOutput('wrk', fixture('wrk-4.1.0-plain.txt'))).toEqual({
      requestsPerSecond: 1571.91,
      requests: 1573,
      errors: 0,
    });
    expect(parseLoadOutput('wrk', fixture('wrk-4.1.0-errors.txt'))).toMatchObject({ requests: 1348, errors: 192 });
    const text = fixture('wrk-4.1.0-errors.txt')
      .replace('2.73ms', '730.00us')
      .replace('47.51ms', '1.09s')
      .replace('  Non-2xx', '  Socket errors: connect 2, read 3, write 5, timeout 7\n  Non-2xx');
    expect(parseLoadOutput('wrk', text)).toMatchObject({ p50Ms: 0.73, p99Ms: 1090, errors: 209 });
  });
});

test('hey: every seventh request failed, or none was answered', () => {
  expect(parseLoadOutput('hey', fixture('hey-0.1.4.txt'))).toEqual({
    ...{ requestsPerSecond: 1429.5293, requests: 500, errors: 71, p50Ms: 2.5, p90Ms: 4.2, p99Ms: 6.9 },
  });
  expect(parseLoadOutput('hey', fixture('hey-0.1.4-refused.txt'))).toEqual({
    ...{ requestsPerSecond: 14595.621, requests: 20, errors: 20 },
  });
});

describe('vegeta', () => {
  test('as text and as JSON: the same figures', () => {
    const figures = { requestsPerSecond: 171.55, requests: 400, errors: 57, p50Ms: 2.279, p90Ms: 4.277, p99Ms: 5.108 };
    expect(parseLoadOutput('vegeta', fixture('vegeta-12.13.0.txt'))).toEqual(figures);
    const json = parseLoadOutput('vegeta', `attacking\n${fixture('vegeta-12.13.0.json')}\ndone\n`) ?? {};
    expect(Object.keys(json).sort()).toEqual(Object.keys(figures).sort());
    for (const [name, value] of Object.entries(json)) expect(value).toBeCloseTo(figures[name as keyof typeof figures], 2);
  });

  test('where nothing listened', () => {
    const refused = parseLoadOutput('vegeta', fixture('vegeta-12.13.0-refused.txt'));
    expect(refused).toMatchObject({ requestsPerSecond: 0, requests: 20, errors: 20, p50Ms: 0.366547 });
  });
});

describe('k6, in the shape that its documentation shows (results-output/end-of-test)', () => {
  const duration = (stats: string) => `    http_req_duration..................: ${stats}`;
  const failed = (text: string) => `    http_req_failed....................: ${text}`;
  const reqs = '    http_reqs..........................: 1009   97.131313/s';
  const stats = 'avg=140.36ms   min=119.08ms med=140.96ms max=1m2s p(90)=1.46s p(95)=148.21ms p(99)=730.5µs';
  const figures = { requestsPerSecond: 97.131313, requests: 1009, errors: 13, p50Ms: 140.96, p90Ms: 1460, p99Ms: 0.7305 };

  test('since 1.0, and before', () => {
    const expected = '      { expected_response:true }.......: avg=1ms   min=1ms med=1ms max=1ms p(90)=1ms p(95)=1ms';
    expect(parseLoadOutput('k6', ['  HTTP', duration(stats), expected, failed('1.28%  13 out of 1009'), reqs].join('\n'))).toEqual(
      figures,
    );
    expect(parseLoadOutput('k6', [duration(stats), failed('1.28% ✓ 13        ✗ 996'), reqs].join('\n'))).toEqual(figures);
    const { p99Ms: _, ...without } = figures;
    expect(
      parseLoadOutput('k6', [duration(stats.replace(/ p\(99\).*/, '')), failed('1.28%  13 out of 1009'), reqs].join('\n')),
    ).toEqual(without);
  });

  test('its export: passes of http_req_failed are requests that failed', () => {
    const metrics = {
      http_reqs: { count: 1009, rate: 97.131313 },
      http_req_duration: { avg: 1, min: 1, med: 140.96, max: 1, 'p(90)': 1460, 'p(95)': 1, 'p(99)': 0.7305 },
      http_req_failed: { passes: 13, fails: 996, value: 0.0128 },
    };
    const json = JSON.stringify({ root_group: { name: '', checks: {} }, metrics }, undefined, 4);
    expect(parseLoadOutput('k6', `running (0m10.4s)\n${json}\n`)).toEqual(figures);
  });
});

describe('jmeter', () => {
  test('a CSV log: 201 requests, of which 29 failed, with names in quotes', () => {
    expect(parseLoadOutput('jmeter', fixture('jmeter-5.6.3.csv'))).toMatchObject({
      requests: 201,
      errors: 29,
      p50Ms: 4,
      p99Ms: 66,
    });
  });

  test('by hand: the rate is from the start of the first to the end of the last, percentiles are of the nearest rank', () => {
    const rows = Array.from({ length: 10 }, (_, index) => `${1e12 + index * 100},${index + 1},"a, ""b"" ${index}",${index !== 7}`);
    const text = ['starting', 'timeStamp,elapsed,label,success', ...rows, '5,x,y,true', 'summary = 1'].join('\r\n');
    expect(parseLoadOutput('jmeter', text)).toEqual({
      ...{ requests: 10, errors: 1, requestsPerSecond: 10_000 / 910, p50Ms: 5, p90Ms: 9, p99Ms: 10 },
    });
  });

  test('its line of summary alone has no percentiles', () => {
    const line = fixture('jmeter-5.6.3-summary.txt');
    expect(parseLoadOutput('jmeter', line)).toEqual({ requests: 201, requestsPerSecond: 366.1, errors: 29 });
    const several = `summary +    100 in 00:00:01 =  100.0/s Avg: 1 Min: 1 Max: 9 Err: 0 (0.00%)\n${line.replace('201', '100')}${line}`;
    expect(parseLoadOutput('jmeter', several)).toMatchObject({ requests: 201 });
  });
});

test.each(['wrk', 'hey', 'vegeta', 'k6', 'jmeter'] as const)('%s: what another program prints has no figures', (format) => {
  for (const text of ['', 'hello\n', '{"a":1}', '{', '}', 'timeStamp,elapsed,success\n'])
    expect(parseLoadOutput(format, text)).toBe(undefined);
});

test('durations of Go', () => {
  const cases = {
    '1h2m3.5s': 3_723_500,
    '1m0s': 60_000,
    '145.08ms': 145.08,
    '250µs': 0.25,
    '242.5us': 0.2425,
    '13ns': 0.000013,
    '0s': 0,
  };
  for (const [text, ms] of Object.entries(cases)) expect(parseGoDurationMs(text)).toBeCloseTo(ms, 9);
  for (const text of ['', 'x', '1', '-1s', '1.2.3s']) expect([undefined, Number.NaN, 1000]).toContain(parseGoDurationMs(text));
});
