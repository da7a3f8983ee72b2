// Kinds of programs whose malloc_trim(0) is predicted: settings of test/native/programs/random_heap.c, and of glibc.
const tunable = (name, value) => ({ GLIBC_TUNABLES: `glibc.malloc.${name}=${value}` });
/** Memory of all kinds of sizes, much of it freed. */
const mixed = ['sizes=mixed', 'filled=100', 'turns=3', 'blocks=2500', 'bytes=40000000'];
/** Blocks that the fastbins take, freed in shuffled order: whole pages of them, with a live block here and there. */
const tiny = ['sizes=tiny', 'filled=100', 'turns=2', 'blocks=60000', 'threads=6', 'ended=0', 'order=shuffled', 'freed=98'];
/** The largest count that a glibc's tcache takes: it was a char before 2.30. */
const largestCount = (version) => (olderThan(version, '2.30') ? 127 : 65_535);

/** `since`: the first glibc that has what is set. `moves`: the program goes on while it is looked at and trimmed. */
export const trimKinds = [
  { name: 'quiet', args: [...mixed, 'threads=4', 'ended=0'] },
  { name: 'ended threads', args: [...mixed, 'threads=0', 'ended=8'] },
  { name: 'fastbins', args: tiny },
  {
    name: 'fastbins, many sizes',
    args: [...mixed, 'sizes=small', 'blocks=30000', 'threads=6', 'order=mixed', 'handed=30', 'mxfast=160'],
  },
  { name: 'no fastbins', args: [...tiny, 'mxfast=0'] },
  { name: 'no tcache', args: [...mixed, 'sizes=small', 'blocks=30000'], env: () => tunable('tcache_count', 0), since: '2.26' },
  {
    name: 'large tcache',
    args: [...mixed, 'sizes=small', 'blocks=30000', 'order=shuffled'],
    env: (version) => tunable('tcache_count', largestCount(version)),
    since: '2.26',
  },
  { name: 'static', args: [...mixed, 'threads=4', 'ended=2'], isStatic: true },
  { name: 'churning', args: [...mixed, 'sizes=pages', 'blocks=4000', 'threads=4', 'churn=4'], moves: true },
];

/** Those that a glibc can be. */
export const kindsOf = (version) => trimKinds.filter(({ since }) => since === undefined || !olderThan(version, since));

function olderThan(version, other) {
  return version.localeCompare(other, 'en', { numeric: true }) < 0;
}
