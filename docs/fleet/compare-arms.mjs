// node docs/fleet/compare-arms.mjs --prometheus=URL --by=LABEL --a=PROMQL --b=PROMQL: the difference b − a of two queries, paired by a label, as mean with its
// interval of 95 %, which holds however often one asks, and a verdict. A checkout needs its TypeScript build (npm run build:ts).
import { parseArgs } from 'node:util';
import { mean } from 'simple-statistics';
import { meanInterval } from '../../dist/stats/confidence-sequence.js';

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

function judge(interval) {
  if (!interval) return 'too few pairs';
  if (interval.high < 0) return 'smaller';
  return interval.low > 0 ? 'larger' : 'no difference';
}

try {
  const [a, b] = [await ask(values.a, 'a'), await ask(values.b, 'b')];
  const pairs = [...b].filter(([pair]) => pair !== undefined && a.has(pair)).map(([pair, value]) => value - a.get(pair));
  if (pairs.length === 0) throw new Error(`Expected series of both arms with the same ${values.by}, found none.`);
  const interval = meanInterval(pairs, { risk: 0.05, leastDeviation: 0 });
  process.stdout.write(`${JSON.stringify({ mean: mean(pairs), ...interval, pairs: pairs.length, verdict: judge(interval) })}\n`);
} catch (error) {
  process.stderr.write(`compare-arms: ${error.message}\n`);
  process.exitCode = 1;
}
