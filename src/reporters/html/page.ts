import { createHash } from 'node:crypto';
import { embeddedJson, type Fragment, html, Markup } from './markup.ts';

/** What every report carries, built from src/client and handed in, since reporters read no file. */
export interface ReportAssets {
  script: string;
  style: string;
  /** Licences of what is in `script` and `style` and not offheap's own. */
  licences: string;
}

export interface Page {
  title: string;
  /** Beneath the title: what was looked at, and where. */
  about: string;
  tool: { name: string; version: string };
  sections: { id: string; heading: string; content: Fragment }[];
  /** Kept in the page, to be drawn and to be downloaded. */
  files: { id: string; name: string; mediaType: string; content: unknown }[];
  /** Kept in the page to be drawn alone. */
  drawn?: { id: string; content: unknown }[];
}

/** The frame of every report: one file that asks for nothing from outside, and may not, by its own content security policy. */
export function renderPage(page: Page, assets: ReportAssets): string {
  const { text } = html`<!doctype html>
<html lang="en">
${head(page, assets)}
<body>
<a class="skip" href="#main">Skip to the report</a>
${banner(page)}
<main id="main" tabindex="-1">
${page.sections.map(({ id, heading, content }) => html`<section aria-labelledby="${id}"><h2 id="${id}">${heading}</h2>${content}</section>\n`)}
</main>
${footer(page)}
${[...page.files, ...(page.drawn ?? [])].map(({ id, content }) => html`<script type="application/json" id="${id}">${embeddedJson(content)}</script>\n`)}
<script>${new Markup(assets.script)}</script>
</body>
</html>
`;
  return text;
}

function head({ title, tool }: Page, { script, style, licences }: ReportAssets): Markup {
  const scriptHash = createHash('sha256').update(script).digest('base64');
  const policy = `default-src 'none'; script-src 'sha256-${scriptHash}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;
  return html`<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="${tool.name} ${tool.version}">
<title>${title} · offheap</title>
<!--
${new Markup(licences.replaceAll('--', '- -'))}
-->
<style>${new Markup(style.replaceAll('</', '<\\/'))}</style>
</head>`;
}

function banner({ title, about, sections }: Page): Markup {
  return html`<header>
<div class="bar"><span class="brand">offheap</span><button type="button" id="theme" hidden>Theme: auto</button></div>
<h1>${title}</h1>
<p class="about">${about}</p>
<nav aria-label="Sections"><ul>${sections.map(({ id, heading }) => html`<li><a href="#${id}">${heading}</a></li>`)}</ul></nav>
</header>`;
}

function footer({ tool, files }: Page): Markup {
  const buttons = files.map(
    ({ id, name, mediaType }) =>
      html`<button type="button" class="download" data-source="${id}" data-type="${mediaType}" data-name="${name}">Download ${name}</button> `,
  );
  return html`<footer>
<p id="downloads" hidden>${buttons}</p>
<p>Made by ${tool.name} ${tool.version}. This file is complete: it loads nothing and sends nothing.</p>
</footer>`;
}
