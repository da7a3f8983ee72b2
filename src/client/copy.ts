const toldMs = 2000;

/** The buttons that put a line to paste on the clipboard. */
export function startCopying(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('button.copy')) {
    button.hidden = false;
    button.addEventListener('click', () => copy(button));
  }
}

async function copy(button: HTMLButtonElement): Promise<void> {
  const line = button.previousElementSibling;
  if (!line) return;
  const copied = await navigator.clipboard?.writeText(line.textContent ?? '').then(
    () => true,
    () => false,
  );
  // The clipboard is closed to pages that came over plain HTTP: then the line is selected, to be copied by the keyboard.
  if (copied !== true) getSelection()?.selectAllChildren(line);
  button.textContent = copied === true ? 'Copied' : 'Selected';
  setTimeout(() => {
    button.textContent = 'Copy';
  }, toldMs);
}
