import { z } from 'zod';
import { type Owner, type OwnersResult, ownerKinds } from '../../src/model/owners.ts';
import { fateOf } from '../../src/stats/owned-blocks.ts';

/** What a program says of one owner; absent where it does not know. See java/Truth.java. */
export const truths = z.array(
  z.object({
    kind: z.enum(ownerKinds),
    owner: z.string(),
    objects: z.number().optional(),
    loaders: z.number().optional(),
    directBlocks: z.number().optional(),
    bytes: z.number().optional(),
    atLeast: z.number().optional(),
    chunkBytes: z.number().optional(),
    mostOfSize: z.number().optional(),
    fate: z.enum(['held', 'waiting', 'doomed']).optional(),
  }),
);
export type Truth = z.infer<typeof truths>[number];

/** Counts are exact; bytes may differ by what the JVM did meanwhile. */
const tolerance = 0.01;
/** Of a program that loses none. */
const mostNobodyShare = 0.005;

export interface Told {
  owner: string;
  /** Figures, as JSON. */
  truth: string;
  told: string;
  isRight: boolean;
}

/** Of how many classes it has to be found who holds their objects. */
export function climbsFor(truth: readonly Truth[]): number {
  return truth.filter(({ fate }) => fate !== undefined).length;
}

/** What is told of each owner, beside what is true; and nobody's share. */
export function judgeOwners(truth: readonly Truth[], result: OwnersResult, loses: boolean): Told[] {
  const nobody = result.owners.find(({ kind }) => kind === 'nobody')?.share ?? 0;
  const healthy = { owner: 'nobody', truth: `share ≤ ${mostNobodyShare}`, told: `share ${nobody.toFixed(4)}` };
  return [...truth.map((one) => judgeOne(one, result)), ...(loses ? [] : [{ ...healthy, isRight: nobody <= mostNobodyShare }])];
}

function judgeOne({ kind, owner, ...figures }: Truth, { owners, unowned }: OwnersResult): Told {
  const isMeant = (name: string) => (owner.endsWith('*') ? name.startsWith(owner.slice(0, -1)) : name === owner);
  const meant = owners.filter((one) => one.kind === kind && isMeant(one.name));
  const sum = (figure: 'objects' | 'loaders' | 'directBlocks' | 'bytes') =>
    meant.reduce((all, one: Owner) => all + (one[figure] ?? 0), 0);
  const ofSize = unowned.sizes.find(({ chunkBytes }) => chunkBytes === figures.chunkBytes)?.blocks ?? 0;
  const { objects, directBlocks, bytes, atLeast, fate } = figures;
  const isRight = [
    objects === undefined || objects === sum('objects'),
    figures.loaders === undefined || figures.loaders === sum('loaders'),
    directBlocks === undefined || directBlocks === sum('directBlocks'),
    bytes === undefined || Math.abs(sum('bytes') - bytes) <= bytes * tolerance,
    atLeast === undefined || sum('bytes') >= atLeast * (1 - tolerance),
    figures.mostOfSize === undefined || isNearlyAll(ofSize, figures.mostOfSize),
    fate === undefined || fate === fateOf(meant),
  ];
  const told = {
    ...(objects === undefined ? {} : { objects: sum('objects') }),
    ...(figures.loaders === undefined ? {} : { loaders: sum('loaders') }),
    ...(directBlocks === undefined ? {} : { directBlocks: sum('directBlocks') }),
    ...(bytes === undefined && atLeast === undefined ? {} : { bytes: sum('bytes') }),
    ...(figures.chunkBytes === undefined ? {} : { ofSize }),
    ...(fate === undefined ? {} : { fate: fateOf(meant) }),
  };
  return { owner, truth: JSON.stringify(figures), told: JSON.stringify(told), isRight: isRight.every(Boolean) };
}

function isNearlyAll(told: number, all: number): boolean {
  return told <= all && told >= all * (1 - tolerance);
}
