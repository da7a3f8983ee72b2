import { z } from 'zod';
import { bytes, count, figure, milliseconds } from './figures.ts';
import { ownerKinds } from './owner-kinds.ts';

const owned = z.object({
  /** Of a class, how many of its objects held the address of a block. */
  objects: count.exactOptional(),
  /** That it had, itself or behind those. */
  blocks: count,
  bytes,
});

/** An owner at two looks, by its kind and name. */
export const ownerChange = z.object({
  /** As in `owners`. */
  kind: z.enum(ownerKinds),
  /** As in `owners`. */
  name: z.string(),
  /** At the earlier look; absent where that does not list it. */
  before: owned.exactOptional(),
  /** At the later look; absent where that does not list it. */
  after: owned.exactOptional(),
  /** By how much it grew: negative where it shrank. A look that does not list it counts as none. */
  change: z.object({
    /** Of a class. */
    objects: figure.exactOptional(),
    /** Of malloc. */
    blocks: figure,
    bytes: figure,
  }),
});
/** What an owner had at two looks. */
export type OwnerChange = z.infer<typeof ownerChange>;

/** An earlier result of `owners`, and what each owner has grown by since. */
export const ownersBaseline = z.object({
  /** Of the process of the earlier look. */
  pid: count,
  /** Its command line, its first words. */
  command: z.array(z.string()),
  /** When it was read, in milliseconds since 1970. */
  takenAt: milliseconds,
  /** Whether both looks were at one process, by its pid and its start. Where they were at two, the changes are the differences between these. */
  isSameProcess: z.boolean(),
  /** From that look to this one, in milliseconds; negative where that was the later one. */
  intervalMs: figure,
  /** Of the process. */
  rssBytes: bytes,
  /** Blocks in use. */
  liveBlocks: count,
  liveBytes: bytes,
  /** Why its Java heap could not be read, where it has one. */
  whyNoHeap: z.string().exactOptional(),
  /** Whether it knew no bytes, as in `owners`. */
  isUnsized: z.boolean().exactOptional(),
  /** All owners of either look, the largest change first. */
  owners: z.array(ownerChange),
});
/** An earlier result of `owners` beside a later one. */
export type OwnersBaseline = z.infer<typeof ownersBaseline>;
