// What is known of cells that are not green: the fault, as scripts/matrix/checks.mjs says it, and why it is so.

/** @type {{ pattern: RegExp, from?: number, to?: number, sentence: string }[]} The first that matches counts. `from`, `to`: of JDKs from and up to these. */
const explained = [
  {
    pattern: /^what could not be looked at: .*\baddresses \(not-told\)/,
    to: 8,
    sentence:
      'JDK 8 does not tell where all of its memory lies: 8u77 and 8u162 not even where the Java heap is, later updates not where the tables of most collectors are. `doctor` names these kinds under *Not looked at*, and `owners` reads the heap all the same.',
  },
  {
    pattern: /^unexplained: /,
    to: 8,
    sentence:
      'On JDK 8 nothing gives away where the collector has its cards and other tables. Of a heap of 1 GiB they are 2 to 6 MiB, and stay unexplained, as does the heap itself on 8u77 and 8u162.',
  },
  {
    pattern: /^error of the prediction: -1\.\d+ % of RSS/,
    to: 11,
    sentence: 'On JDK 11.0.30 a trim gave back up to 1.6 MiB more than was predicted in some runs. Why was not found.',
  },
  {
    pattern: /^Inflaters are not said to be held by/,
    from: 28,
    sentence:
      'On JDK 28 `owners` names the class whose static field holds the Inflaters, and of one of two fields not the name. The counts are right. Why was not found.',
  },
];

/** The sentence that explains a fault on a JDK; undefined where none does. */
export function explanationOf(fault, feature) {
  return explained.find(({ pattern, from = 8, to = 99 }) => pattern.test(fault) && from <= feature && feature <= to)?.sentence;
}
