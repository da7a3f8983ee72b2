import { required } from './dom.ts';

/** The embedded files as they were, by a button each. JSON is laid out again; text was embedded as a JSON string. */
export function startDownloads(): void {
  required('downloads', HTMLElement).hidden = false;
  for (const button of document.querySelectorAll<HTMLButtonElement>('button.download')) {
    button.addEventListener('click', () => save(button.dataset));
  }
}

function save({ source = '', name = '', type = '' }: DOMStringMap): void {
  const content: unknown = JSON.parse(document.getElementById(source)?.textContent ?? 'null');
  const text = typeof content === 'string' ? content : `${JSON.stringify(content, undefined, 2)}\n`;
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
