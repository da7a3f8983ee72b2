import { setTimeout as delay } from 'node:timers/promises';

export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** What an exporter answers. A line that is neither a comment nor a sample is an error. */
export async function scrape(url: string, accept = 'text/plain'): Promise<Sample[]> {
  const response = await fetch(url, { headers: { accept } });
  if (response.status !== 200) throw new Error(`status ${response.status}: ${await response.text()}`);
  return parseExposition(await response.text());
}

export function parseExposition(text: string): Sample[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name, labels = '', value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      if (name === undefined || Number.isNaN(Number(value))) throw new Error(`expected a sample, found: ${line}`);
      const pairs = [...labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', text = '']) => [key, text]);
      return { name, labels: Object.fromEntries(pairs), value: Number(value) };
    });
}

export function find(samples: readonly Sample[], name: string, labels: Record<string, string> = {}): Sample[] {
  return samples.filter(
    (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  );
}

export function sum(samples: readonly Sample[]): number {
  return samples.reduce((total, { value }) => total + value, 0);
}

/** Scrapes until the condition holds; fails after a minute. */
export async function scrapeUntil(url: string, holds: (samples: Sample[]) => boolean): Promise<Sample[]> {
  for (const deadline = performance.now() + 60_000; performance.now() < deadline; await delay(50)) {
    const samples = await scrape(url);
    if (holds(samples)) return samples;
  }
  throw new Error('what was waited for did not come within a minute');
}
