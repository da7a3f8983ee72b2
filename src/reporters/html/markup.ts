import { toPrintableJson } from '../../model/printable.ts';

/** Text that is markup already. Only `html` makes it, so that nothing reaches a page unescaped by being forgotten. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Fragment = Markup | string | number | undefined | false | readonly Fragment[];

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** A template whose values are escaped, for text and for quoted attributes. Markup goes in as it is, lists are joined, undefined and false are nothing. */
export function html(strings: TemplateStringsArray, ...values: Fragment[]): Markup {
  return new Markup(strings.reduce((text, string, index) => text + toText(values[index - 1]) + string));
}

function toText(value: Fragment): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(toText).join('');
  return escapeText(String(value));
}

export function escapeText(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}

/**
 * JSON for the inside of a script element. The parser of HTML looks there for `</script` and `<!--`; as \u escapes
 * they mean the same to JSON.
 */
export function embeddedJson(value: unknown): Markup {
  const toEscape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return new Markup(toPrintableJson(value).replaceAll(/[<>&]/g, toEscape));
}
