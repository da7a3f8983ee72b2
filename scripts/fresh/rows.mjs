// What is tried on a fresh machine, a row each: the README's two commands, and the package, on each distribution and Node; then the places and users that are unlike.
const repro = 'npm run repro -- --allocator=all';
const tests = 'npm test';

/** Each distribution is tested with one Node in full, and with the others by `repro`: Node is what differs least. */
const testedWith = { jammy: '22', bookworm: '20', noble: '24', trixie: '20' };

const inFull = Object.entries(testedWith).map(([root, node]) => ({
  name: `${root}-${node}`,
  root,
  node,
  folder: 'offheap',
  commands: [repro, tests],
}));

const otherNodes = Object.entries(testedWith).flatMap(([root, tested]) =>
  ['20', '22', '24']
    .filter((node) => node !== tested)
    .map((node) => ({ name: `${root}-${node}`, root, node, folder: 'offheap', commands: [repro] })),
);

const users = Object.keys(testedWith).map((root) => ({
  name: `${root}-user`,
  root,
  node: testedWith[root],
  user: 'ada',
  folder: 'offheap',
  commands: [repro],
}));

const places = Object.keys(testedWith).map((root) => ({
  name: `${root}-path`,
  root,
  node: testedWith[root],
  folder: 'a space, a colon: ümläut/offheap',
  commands: [repro],
}));

/** As npm installs it, beside a JRE alone. */
const packages = Object.keys(testedWith).map((root) => ({ name: `${root}-package`, root, node: testedWith[root], package: true }));

const testsOfUser = {
  name: 'bookworm-user-tests',
  root: 'bookworm',
  node: '22',
  user: 'ada',
  folder: 'offheap',
  commands: [tests],
};
const testsInPlace = { ...places[1], name: 'bookworm-path-tests', commands: [tests] };

export const rows = [...inFull, ...otherNodes, ...users, ...places, ...packages, testsOfUser, testsInPlace];
