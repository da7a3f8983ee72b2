// The combinations, each with a name: `jammy-8` is a release's own JDK, `jammy-21-pypi` a portable one, `resolute-21-zgc` one with a setting.
import { portable, roots, settingsOf, widest } from './list.mjs';

const nameOf = (...words) => words.join('-').toLowerCase().replaceAll(' ', '-');

function rowOf(root, feature, setting, isOwn) {
  const words = [root.release, feature, ...(isOwn ? [] : ['pypi']), ...(setting.name === 'default' ? [] : [setting.name])];
  return { name: nameOf(...words), root, feature, setting, isOwn };
}

/** On each root its own JDKs and the portable ones as they are; on the widest, and where early access is, each of its own with each setting. */
export const rows = roots.flatMap((root) => {
  const isWide = root.release === widest || root.release === 'sid';
  const own = root.jdks.flatMap((feature) =>
    settingsOf(feature)
      .filter(({ name }) => isWide || name === 'default')
      .map((setting) => rowOf(root, feature, setting, true)),
  );
  const [plain] = settingsOf(portable[0]);
  return [...own, ...portable.map((feature) => rowOf(root, feature, plain, false))];
});
