import type { Holder, Owner } from '../model/owners.ts';
import { formatCount } from '../model/units.ts';

/** Who holds the objects of a class, as a sentence and the way up as lines. Undefined where that was not looked for. */
export function describeHolders({ name, held }: Owner): { sentence: string; path: string[] } | undefined {
  if (!held) return undefined;
  const { objects, heldObjects, waitingObjects, holders } = held;
  const all = `${formatCount(objects)} objects of ${name}`;
  const path = pathOf(holders).map((holder) => `  ← ${describeHolder(holder)}`);
  if (heldObjects === objects) return { sentence: `The program holds all ${all}:`, path };
  if (waitingObjects === undefined) {
    return {
      sentence: `Of ${all} the program holds ${formatCount(heldObjects)}. The way up from the others was not followed to its end:`,
      path,
    };
  }
  if (heldObjects === 0) {
    return {
      sentence: `All ${all} wait for the garbage collector: no static field, thread or handle of the JVM leads to them.`,
      path,
    };
  }
  return {
    sentence: `Of ${all} the program holds ${formatCount(heldObjects)}. The other ${formatCount(waitingObjects)} wait for the garbage collector: no static field, thread or handle of the JVM leads to them.`,
    path,
  };
}

/** The one of each level that holds most, up to what is held by nobody in the heap; then what holds them from outside. */
function pathOf(holders: readonly Holder[]): Holder[] {
  const path: Holder[] = [];
  const levels = Math.max(0, ...holders.map(({ level }) => level));
  for (let level = 1; level <= levels; level++) {
    const here = holders.filter((holder) => holder.level === level);
    const root = here.find(({ kind }) => kind === 'static');
    const first = root ?? here.find(({ kind }) => kind === 'strong') ?? here[0];
    if (!first) break;
    path.push(first);
    if (first.kind !== 'strong') return path;
  }
  return [...path, ...holders.filter(({ level }) => level === 0).slice(0, 1)];
}

function describeHolder({ kind, name, field, objects, heldObjects }: Holder): string {
  const place = field === undefined ? name : `${name}.${field}`;
  switch (kind) {
    case 'static':
      return `static ${place}`;
    case 'thread':
      return `the stack of thread ${name}`;
    case 'jvm':
      return 'a handle of JNI or of the JVM';
    case 'strong':
      return objects === heldObjects
        ? `${place} (${formatCount(objects)})`
        : `${place} (${formatCount(objects)}, of ${formatCount(heldObjects)})`;
    default:
      return `${place} (${formatCount(objects)}, a ${kind} reference)`;
  }
}
