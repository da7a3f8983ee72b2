import type { Holder, Owner } from '../model/owners.ts';

type Held = NonNullable<Owner['held']>;

/** Of a level, what holds less than this part of what its largest holder does is no way up. */
const mainShare = 0.5;
/** Where nothing holds more of a level, the way ends there: what is above is of some few others. */
const leastShare = 0.005;

/** The way up from objects to what keeps them alive, or of garbage to what is above it. */
export function holderPath({ way, holders }: Pick<Held, 'way' | 'holders'>): Holder[] {
  return way ?? likelyPath(holders);
}

/**
 * A way up by what was found on each level: of each the holders of most, and a static field where it holds about as many as they do. It ends with what holds them from
 * outside of the Java heap; of objects that wait for the garbage collector it ends before.
 */
function likelyPath(holders: readonly Holder[]): Holder[] {
  const path: Holder[] = [];
  const levels = Math.max(0, ...holders.map(({ level }) => level));
  for (let level = 1; level <= levels; level++) {
    const here = holders.filter((holder) => holder.level === level);
    const keeping = here.filter(({ kind }) => kind === 'strong' || kind === 'static');
    const most = Math.max(0, ...keeping.map(({ heldObjects }) => heldObjects));
    const root = keeping.find(({ kind, heldObjects }) => kind === 'static' && heldObjects >= mainShare * most);
    const first = root ?? keeping.find(({ kind }) => kind === 'strong') ?? here[0];
    if (!first || first.heldObjects < leastShare * (path.at(-1)?.objects ?? 0)) break;
    path.push(first);
    if (first.kind !== 'strong') return path;
  }
  return [...path, ...holders.filter(({ level }) => level === 0).slice(0, 1)];
}

/** What is at the end of the way up, where it is a root. */
export function mainRoot(held: Pick<Held, 'way' | 'holders'>): Holder | undefined {
  const last = holderPath(held).at(-1);
  return last && (last.kind === 'static' || last.level === 0) ? last : undefined;
}

/** Its classes hold objects for others. */
const isOfJdk = /^(?:java|javax|jdk|sun)\./;
const packageOf = (name: string) => name.slice(0, Math.max(0, name.lastIndexOf('.')));

/** On a way that was followed to its end, the nearest field of somebody's own: neither of the JDK nor of the package that the objects are of. */
export function nearestField(name: string, { way = [] }: Pick<Held, 'way'>): Holder | undefined {
  return way.find(
    (holder) =>
      holder.field !== undefined &&
      holder.kind === 'strong' &&
      !isOfJdk.test(holder.name) &&
      packageOf(holder.name) !== packageOf(name),
  );
}
