/** Who can own blocks of malloc, in the order in which they claim them: what one has is no other's. docs/owners.md explains each. */
export const ownerKinds = ['java', 'jvm', 'library', 'thread', 'mapped', 'nobody'] as const;
/** Who can own blocks of malloc. */
export type OwnerKind = (typeof ownerKinds)[number];
