import { type ProcessMetric, unlabelled } from './process-metric.ts';

/** With --owners. */
export const ownerMetrics: ProcessMetric[] = [
  {
    name: 'offheap_owner_bytes',
    help: 'glibc: blocks in use by who owns them: the five largest owners and "other", which sum to all blocks in use. With --owners, at the last look at owners.',
    label: ['kind', 'owner'],
    isOfScrape: true,
    values: ({ subject: { owned } }) => (owned?.look?.owners ?? []).map(({ kind, owner, bytes }) => [[kind, owner], bytes]),
  },
  {
    name: 'offheap_owners_looked_at_timestamp_seconds',
    help: 'When the owners were last looked for; with --owners, of a process with 24 MiB of blocks in use or more.',
    isOfScrape: true,
    values: ({ subject: { owned } }) => unlabelled(owned?.look && owned.look.takenAtMs / 1000),
  },
];
