import { printableName } from '../model/printable.ts';
import { matchLines } from './lines.ts';

export interface ClassCount {
  className: string;
  instances: number;
  bytes: number;
}

/** Rows of `GC.class_histogram`, largest first as the JVM prints them; the module behind the name is left out. */
export function parseClassHistogram(text: string): ClassCount[] {
  const classes: ClassCount[] = [];
  // Not a list of matches first: of half a million rows they would be several times what is kept.
  for (const [, instances, bytes, className = ''] of matchLines(text, /^ *\d+: +(\d+) +(\d+) +(\S+)/)) {
    classes.push({ className: printableName(className), instances: Number(instances), bytes: Number(bytes) });
  }
  return classes;
}
