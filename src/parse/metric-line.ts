import type { Metric } from '../model/result.ts';

/**
 * `@metric NAME=VALUE [better=higher|lower]`, the line by which a load tells a figure of its own. Undefined for any other line, and for a value that
 * is no finite decimal number.
 */
export function parseMetricLine(line: string): ({ name: string } & Metric) | undefined {
  const match = /^@metric ([A-Za-z][\w.-]*)=(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?: better=(higher|lower))?\s*$/i.exec(line);
  const value = Number(match?.[2]);
  if (!match?.[1] || !Number.isFinite(value)) return undefined;
  const better = match[3];
  return { name: match[1], value, ...(better === 'higher' || better === 'lower' ? { better } : {}) };
}
