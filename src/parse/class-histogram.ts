import { printableName } from '../model/printable.ts';
import { matchLines } from './lines.ts';

export interface ClassCount {
  className: string;
  instances: number;
  bytes: number;
}

/** Rows of `GC.class_histogram`, largest first as the JVM prints them; the module behind the name is left out. */
export function parseClassHistogram(text: string): ClassCount[] {
  const rows = matchLines(text, /^ *\d+: +(\d+) +(\d+) +(\S+)/);
  return [...rows].map(([, instances, bytes, className = '']) => ({
    className: printableName(className),
    instances: Number(instances),
    bytes: Number(bytes),
  }));
}
