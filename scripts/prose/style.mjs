// What makes a passage hard to read, for scripts/lint-prose.mjs.
import { fleschKincaid } from 'flesch-kincaid';
import { syllable } from 'syllable';
import writeGood from 'write-good';

const longestSentence = 32;
/** Years of school, by Flesch and Kincaid. A page of names and figures is at 9 to 11, however short its sentences are. */
const highestGrade = 12;
/** A page with fewer words has no level. */
const fewestWords = 100;

/** What a reader reads twice, and what to write. */
const constructions = [
  [/\bof which\b/i, 'two sentences'],
  [/\bsuch (?:a|an)\b/i, 'what it is'],
  [/\bso (?:often|long|much|many)\b(?! (?:as|that))/i, 'a number'],
  [/\bin order to\b/i, '“to”'],
  [/\bas well as\b/i, '“and”'],
  [/\bthe (?:former|latter)\b/i, 'what it is'],
  [/\b(?:whatsoever|thereof|wherein|hereby)\b/i, 'plain words'],
];

const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });

/** @returns {string[]} one line for each sentence that is hard to read, and one for a page that is as a whole. */
export function findFaults(texts) {
  const all = texts
    .flatMap((text) => [...sentences.segment(text)].map(({ segment }) => segment.trim()))
    .filter((text) => text !== '');
  const faults = all.flatMap((sentence) => faultsOfSentence(sentence).map((fault) => `${fault}: ${sentence}`));
  const grade = gradeOf(all);
  return grade > highestGrade ? [...faults, `reading level ${grade.toFixed(1)}, at most ${highestGrade}`] : faults;
}

function faultsOfSentence(sentence) {
  const length = wordsOf(sentence).length;
  return [
    ...(length > longestSentence ? [`${length} words, at most ${longestSentence}`] : []),
    ...constructions.flatMap(([pattern, better]) => (pattern.test(sentence) ? [`write ${better}`] : [])),
    ...writeGood(sentence, { whitelist: ['had'], ...onlyRepetition })
      .map(({ reason }) => reason)
      .filter((reason) => !listOfCode.test(reason)),
  ];
}

/** `a`, `b`, `c`: proseOf makes one word of each. */
const listOfCode = /^"Code," is repeated/;
const onlyRepetition = Object.fromEntries(
  ['weasel', 'so', 'thereIs', 'passive', 'adverb', 'tooWordy', 'cliches', 'eprime'].map((check) => [check, false]),
);

function gradeOf(all) {
  const words = all.flatMap(wordsOf);
  if (words.length < fewestWords) return 0;
  return fleschKincaid({
    sentence: all.length,
    word: words.length,
    syllable: words.reduce((sum, word) => sum + syllable(word), 0),
  });
}

function wordsOf(sentence) {
  return sentence.match(/[A-Za-z][\w'’-]*/g) ?? [];
}
