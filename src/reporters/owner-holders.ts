import type { Holder, Owner } from '../model/owners.ts';
import { formatCount } from '../model/units.ts';
import { holderPath } from '../stats/holder-path.ts';
import { losesBlocks } from '../stats/owned-blocks.ts';

/** Who holds the objects of a class, as a sentence and the way up as lines. Undefined where that was not looked for. */
export function describeHolders(owner: Owner): { sentence: string; path: string[] } | undefined {
  const { name, held } = owner;
  if (!held) return undefined;
  const { objects, heldObjects, waitingObjects, undecidedObjects } = held;
  const all = `${formatCount(objects)} objects of ${name}`;
  const path = holderPath(held).map((holder) => `  ← ${describeHolder(holder)}`);
  if (heldObjects === objects) return { sentence: `The program holds all ${all}:`, path };
  if (waitingObjects === undefined) {
    return {
      sentence: `Of ${all} the program holds ${formatCount(heldObjects)}. The way up from the others was not followed to its end:`,
      path,
    };
  }
  if (undecidedObjects !== undefined) {
    return {
      sentence: `Of ${all} the program holds ${formatCount(heldObjects)}, and ${formatCount(waitingObjects)} wait for the garbage collector. The way up from the other ${formatCount(undecidedObjects)} was not followed to its end:`,
      path,
    };
  }
  if (waitingObjects <= fewShare * objects) {
    return {
      sentence: `Of ${all} the program holds ${formatCount(heldObjects)}. To the other ${formatCount(waitingObjects)} nothing was found to lead: they wait for the garbage collector, or a thread that runs has them in a register.`,
      path,
    };
  }
  const whose =
    heldObjects === 0
      ? `All ${all}`
      : `Of ${all} the program holds ${formatCount(heldObjects)}. The other ${formatCount(waitingObjects)}`;
  const after = losesBlocks(owner) ? ` ${lostWithThem}` : '';
  return {
    sentence: `${whose} wait for the garbage collector: no static field, thread or handle of the JVM leads to them.${after}`,
    path,
  };
}

/** As many may be in the hands of threads that run: registers cannot be read from outside. */
const fewShare = 0.01;

const lostWithThem =
  'No Cleaner or finalizer does either, so their blocks are lost with them: whoever made them was to close them.';

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
