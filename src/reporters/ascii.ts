/** What stands for a character of ours in a terminal without UTF-8. One each, so that what was aligned stays aligned. */
const substitutes: Record<string, string> = {
  ...substitute('█▉▊▋▌', '#'),
  ...substitute('▍▎▏', '.'),
  ...substitute('▓▚', '%'),
  ...substitute('▞', '!'),
  ...substitute('▒', '+'),
  ...substitute('░', ':'),
  ...substitute('·', '.'),
  // A curve of eight levels.
  ...{ '▁': '_', '▂': '.', '▃': '-', '▄': '=', '▅': '+', '▆': '*', '▇': '%' },
  ...substitute('─━═', '-'),
  ...substitute('│┃║', '|'),
  ...substitute('┌┐└┘├┤┬┴┼╭╮╰╯', '+'),
  ...substitute('‘’', "'"),
  ...substitute('“”', '"'),
  ...substitute('–—−', '-'),
  ...{
    '→': '>',
    '←': '<',
    '▸': '>',
    '↑': '^',
    '↓': 'v',
    '×': 'x',
    '…': '~',
    '≤': '<',
    '≥': '>',
    '±': '~',
    '²': '2',
    '³': '3',
    µ: 'u',
    '\u{a0}': ' ',
  },
};

/** Characters of somebody else's that ASCII has not become question marks, as `ls` does. */
export function toAscii(text: string): string {
  return text.replaceAll(/[^\0-\x7f]/gu, (character) => substitutes[character] ?? '?');
}

function substitute(characters: string, by: string): Record<string, string> {
  return Object.fromEntries([...characters].map((character) => [character, by]));
}
