/** How results of experiments are printed; apart from what prints them, which is much to read for the help of a command. */
export const formats = ['table', 'json', 'markdown', 'csv', 'html'] as const;
export type Format = (typeof formats)[number];

/** The same for what is neither drawn nor pasted. */
export const plainFormats = ['table', 'json'] as const;
export type PlainFormat = (typeof plainFormats)[number];

/** The same for bounds of a program in CI, whose jobs have a summary. */
export const guardFormats = ['table', 'json', 'markdown'] as const;
export type GuardFormat = (typeof guardFormats)[number];

/** The same for owners of blocks, which are drawn as a map. */
export const ownersFormats = ['table', 'json', 'html'] as const;
export type OwnersFormat = (typeof ownersFormats)[number];

/** The same for what a doctor found. */
export const doctorFormats = ['table', 'json', 'markdown', 'html'] as const;
export type DoctorFormat = (typeof doctorFormats)[number];

/** The same for a kill that is explained. */
export const oomFormats = ['table', 'json', 'markdown'] as const;
export type OomFormat = (typeof oomFormats)[number];
