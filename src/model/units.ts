import { OffheapError } from './errors.ts';
import { toPrintableJson } from './printable.ts';

export const bytesPerKiB = 1024;
export const bytesPerMiB = 1_048_576;

const byteFactors: Record<string, number> = { '': 1, k: bytesPerKiB, m: bytesPerMiB, g: 1024 * bytesPerMiB };
const durationFactorsMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** A timer of Node's takes 2³¹ − 1 ms at most, and a longer one for 1 ms. */
const longestDurationHours = 596;

/** `512m`, `1g`, `4096`, `64MB` or `64MiB` → bytes. As for the JVM's own options a unit is a power of two. */
export function parseByteSize(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?)([kmg]?)(?:i?b)?$/i.exec(text);
  if (!match) throw new OffheapError('USAGE', `Expected ${option} to be a size such as 512m or 1g, got ${quote(text)}.`);
  return Math.round(Number(match[1]) * (byteFactors[(match[2] ?? '').toLowerCase()] ?? 1));
}

/** `250ms`, `5s`, `2m`, `1h` → milliseconds. A bare number is seconds. */
export function parseDuration(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  if (!match) throw new OffheapError('USAGE', `Expected ${option} to be a duration such as 500ms, 5s or 2m, got ${quote(text)}.`);
  const milliseconds = Math.round(Number(match[1]) * (durationFactorsMs[match[2] ?? 's'] ?? 1000));
  if (milliseconds <= longestDurationHours * 3_600_000) return milliseconds;
  throw new OffheapError('USAGE', `Expected ${option} to be at most ${longestDurationHours}h, got ${quote(text)}.`);
}

/** The same within bounds, both inclusive and written as the user would. */
export function parseDurationWithin(text: string, option: string, { min, max }: { min: string; max: string }): number {
  const milliseconds = parseDuration(text, option);
  if (milliseconds >= parseDuration(min, option) && milliseconds <= parseDuration(max, option)) return milliseconds;
  throw new OffheapError('USAGE', `Expected ${option} to be a duration from ${min} to ${max}, got ${quote(text)}.`);
}

/** A whole number within bounds, both inclusive. */
export function parseInteger(text: string, option: string, { min, max }: { min: number; max: number }): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new OffheapError('USAGE', `Expected ${option} to be a whole number from ${min} to ${max}, got ${quote(text)}.`);
}

/** `20` or `20%` → 0.2. */
export function parsePercent(text: string, option: string, { most }: { most: number }): number {
  const percent = /^\d+(?:\.\d+)?%?$/.test(text) ? Number.parseFloat(text) : 0;
  if (percent > 0 && percent <= most) return percent / 100;
  throw new OffheapError('USAGE', `Expected ${option} to be a percentage over 0 and up to ${most}, got ${quote(text)}.`);
}

/** Bytes as whole MiB with thousands separators, the one unit of all tables: figures of one table can be compared at a glance. */
export function formatMiB(bytes: number): string {
  // A small negative rounds to -0.
  return (Math.round(bytes / bytesPerMiB) + 0).toLocaleString('en-US');
}

/** The same to a tenth. */
export function formatMiBTenths(bytes: number): string {
  return unsignedZero((bytes / bytesPerMiB).toLocaleString('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 }));
}

/** A decimal below 10 MiB: parts of a small process differ by less than one. */
export function formatSmallMiB(bytes: number): string {
  return Math.abs(bytes) < 10 * bytesPerMiB ? unsignedZero((bytes / bytesPerMiB).toFixed(1)) : formatMiB(bytes);
}

/** A small negative rounds to -0.0. */
function unsignedZero(text: string): string {
  return text === '-0.0' ? '0.0' : text;
}

/** Whole: a median or an estimate of a count may have a fraction, and what is counted has none. */
export function formatCount(value: number): string {
  return (Math.round(value) + 0).toLocaleString('en-US');
}

/** A figure of any size with three or more significant digits, and thousands separators. */
export function formatFigure(value: number): string {
  if (Math.abs(value) >= 1e15) return value.toExponential(2);
  return value.toLocaleString('en-US', Math.abs(value) < 100 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 });
}

/** A share of 0 to 1, whole per cent. */
export function formatPercent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** A share of 0 to 1 in tenths of a per cent, rounded down: 100 % is said of nothing less. */
export function formatPercentDown(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}

/** A part of a whole in whole per cent; what is less than one is said to be. */
export function formatShare(part: number, whole: number): string {
  const share = part / (whole || 1);
  return share > 0 && share < 0.01 ? '< 1 %' : formatPercent(share);
}

export function formatRatio(ratio: number): string {
  return `${ratio.toFixed(2)}×`;
}

export function formatSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)} s`;
}

/** The two largest units of a long time: `3 d 4 h`, `5 min 2 s`. */
export function formatUptime(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

/** The same of a time that somebody chose, without units that are 0: `5 min`. */
export function formatChosenTime(milliseconds: number): string {
  return formatUptime(milliseconds).replace(/ 0 (?:s|min|h)$/, '');
}

/** A time that is estimated: `40 s`, `14 min`, `2 h 10 min`. */
export function formatRoughTime(milliseconds: number): string {
  if (milliseconds < 90_000) return `${Math.max(1, Math.round(milliseconds / 1000))} s`;
  return formatChosenTime(Math.round(milliseconds / 60_000) * 60_000);
}

export function quote(text: string): string {
  return toPrintableJson(text);
}
