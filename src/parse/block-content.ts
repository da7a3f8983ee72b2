import { escapeBytes, isPrintable, latin1 } from './page-content.ts';

const textShare = 0.75;

/** Two digits a byte. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** The first bytes of a block as text, without the zeros behind it, and what is not printable escaped; undefined where most of it is not printable. */
export function textOf(bytes: Uint8Array): string | undefined {
  const content = bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0) + 1);
  const printable = content.filter(isPrintable).length;
  return content.length > 0 && printable >= textShare * content.length ? escapeBytes(latin1(content)) : undefined;
}
