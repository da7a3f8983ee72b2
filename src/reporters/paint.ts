import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

/** Styles a text for a terminal or, without colours, leaves it as it is. Whether the stream shows colours was decided before. */
export function paintOf({ color }: { color: boolean }): Paint {
  return (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
}
