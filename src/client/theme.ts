import { required } from './dom.ts';

const themes = ['auto', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];
const storageKey = 'offheap-theme';

/** The button that goes through the themes. The choice is kept where the browser lets a file keep anything. */
export function startTheme(onChange: () => void): void {
  const button = required('theme', HTMLButtonElement);
  let theme = stored();
  const apply = () => {
    if (theme === 'auto') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    button.textContent = `Theme: ${theme}`;
    onChange();
  };
  button.hidden = false;
  button.addEventListener('click', () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'auto';
    store(theme);
    apply();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', onChange);
  apply();
}

function stored(): Theme {
  try {
    const text = localStorage.getItem(storageKey);
    return themes.find((theme) => theme === text) ?? 'auto';
  } catch {
    return 'auto';
  }
}

function store(theme: Theme): void {
  try {
    localStorage.setItem(storageKey, theme);
  } catch {
    // Forbidden to files by some browsers' settings; the theme holds until the page is closed.
  }
}
