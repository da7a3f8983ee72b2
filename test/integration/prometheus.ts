import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';

export const prometheusFolder = fileURLToPath(new URL('../../deploy/prometheus', import.meta.url));

export interface Series {
  metric: Record<string, string>;
  value: number;
}

export interface Prometheus {
  readonly url: string;
  /** @throws Error with Prometheus's own message for an expression that it does not take. */
  query(expr: string): Promise<Series[]>;
  /** Asks until the condition holds; fails after two minutes. */
  until(expr: string, holds: (series: Series[]) => boolean): Promise<Series[]>;
  get(path: string): Promise<unknown>;
  end(): Promise<void>;
}

/** Debian's Prometheus on loopback with the shipped rules, scraping one exporter every half second, its data in `folder`. */
export async function startPrometheus(folder: string, target: string): Promise<Prometheus> {
  const port = await freePort();
  const config = {
    global: { scrape_interval: '500ms', evaluation_interval: '500ms' },
    rule_files: [join(prometheusFolder, 'offheap.rules.yml')],
    scrape_configs: [{ job_name: 'offheap', static_configs: [{ targets: [target] }] }],
  };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'prometheus.yml'), stringify(config));
  const args = [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`];
  const child = spawn('prometheus', [...args, `--web.listen-address=127.0.0.1:${port}`, '--log.level=warn'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  const prometheus = client(`http://127.0.0.1:${port}`, async () => {
    child.kill();
    await ended;
  });
  await prometheus.until('up{job="offheap"}', (series) => series[0]?.value === 1);
  return prometheus;
}

function client(base: string, end: Prometheus['end']): Prometheus {
  const get = async (path: string) => {
    const answer = (await (await fetch(base + path)).json()) as { status: string; error?: string; data: unknown };
    if (answer.status !== 'success') throw new Error(`${path}: ${answer.error}`);
    return answer.data;
  };
  const query = async (expr: string) => {
    const { result } = (await get(`/api/v1/query?query=${encodeURIComponent(expr)}`)) as { result: Answer[] };
    return result.map(({ metric, value: [, text] }) => ({ metric, value: Number(text) }));
  };
  const until: Prometheus['until'] = async (expr, holds) => {
    for (const deadline = performance.now() + 120_000; performance.now() < deadline; await delay(100)) {
      const series = await query(expr).catch((): Series[] => []);
      if (holds(series)) return series;
    }
    throw new Error(`what was waited for did not come: ${expr} is ${JSON.stringify(await query(expr))}`);
  };
  return { url: base, query, until, get, end };
}

interface Answer {
  metric: Record<string, string>;
  value: [number, string];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return address !== null && typeof address === 'object' ? address.port : 0;
}
