// node docs/fleet/compare-arms.mjs --prometheus=URL --by=LABEL --a=PROMQL --b=PROMQL: the difference b − a of two queries, paired by a label, as median with its
// bootstrap interval, and a verdict. A checkout needs its TypeScript build (npm run build:ts).
import { parseArgs } from 'node:util';
import { estimateMedian } from '../../dist/stats/bootstrap.js';
import { judgeDifference } from '../../dist/stats/compare.js';

const { values } = parseArgs({
  options: {
    prometheus: { type: 'string', default: 'http://127.0.0.1:9090' },
    by: { type: 'string', default: 'node' },
    a: { type: 'string' },
    b: { type: 'string' },
  },
});

async function ask(expr, name) {
  if (expr === undefined) throw new Error(`Expected --${name}=PROMQL, got none.`);
  const answer = await (await fetch(`${values.prometheus}/api/v1/query?query=${encodeURIComponent(expr)}`)).json();
  if (answer.status !== 'success') throw new Error(`Prometheus does not take --${name}: ${answer.error}`);
  return new Map(answer.data.result.map(({ metric, value }) => [metric[values.by], Number(value[1])]));
}

try {
  const [a, b] = [await ask(values.a, 'a'), await ask(values.b, 'b')];
  const pairs = [...b].filter(([pair]) => pair !== undefined && a.has(pair)).map(([pair, value]) => value - a.get(pair));
  const difference = estimateMedian(pairs);
  if (!difference) throw new Error(`Expected series of both arms with the same ${values.by}, found none.`);
  process.stdout.write(`${JSON.stringify({ ...difference, verdict: judgeDifference(difference) })}\n`);
} catch (error) {
  process.stderr.write(`compare-arms: ${error.message}\n`);
  process.exitCode = 1;
}
