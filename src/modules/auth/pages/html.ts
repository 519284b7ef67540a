import { hash } from 'node:crypto';

/** Text that is markup already; everything else is escaped when it is put into a template. */
export class Html {
  constructor(readonly text: string) {}
}

/** A template whose values are escaped, unless they are `Html` themselves; a list stands for its joined items. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (string | Html | readonly Html[])[]
): Html {
  const text = parts.reduce((soFar, part, index) => soFar + markup(values[index - 1]) + part);
  return new Html(text);
}

function markup(value: string | Html | readonly Html[] | undefined): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'string') return escaped(value);
  return value.map((item) => item.text).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

const style = `
:root{color-scheme:light dark;--page:#f4f5f7;--card:#fff;--text:#1c2430;--soft:#556070;--line:#d5dae1;--main:#0b57d0;
--on-main:#fff;--note:#fff4d6;--note-line:#b98900}
@media (prefers-color-scheme:dark){:root{--page:#14171c;--card:#1e232b;--text:#e8ebf0;--soft:#a9b3c1;--line:#3a424e;
--main:#8ab4f8;--on-main:#10203a;--note:#3a3113;--note-line:#d9ab2b}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;background:var(--page);color:var(--text);
font:1rem/1.5 system-ui,sans-serif}
main{width:100%;max-width:32rem;padding:2rem;background:var(--card);border:1px solid var(--line);border-radius:.75rem}
h1{margin:0 0 1rem;font-size:1.375rem;line-height:1.3;overflow-wrap:anywhere}
p{margin:0 0 1rem}
dl{margin:0 0 1rem;border-top:1px solid var(--line)}
dl div{padding:.625rem 0;border-bottom:1px solid var(--line)}
dt{color:var(--soft);font-size:.875rem}
dd{margin:0;overflow-wrap:anywhere}
.note{padding:.75rem 1rem;background:var(--note);border-left:.25rem solid var(--note-line);border-radius:.25rem}
form{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.5rem}
button{flex:1 1 8rem;padding:.75rem 1rem;font:inherit;font-weight:600;border:1px solid var(--main);border-radius:.5rem;
cursor:pointer;background:none;color:var(--main)}
button.main{background:var(--main);color:var(--on-main)}
button:focus-visible{outline:3px solid var(--text);outline-offset:2px}
.small{color:var(--soft);font-size:.875rem;margin:1rem 0 0}
`;

/** Written in one piece, as browsers compare the digest of exactly what stands between the tags. */
const styleElement = new Html(`<style>${style}</style>`);
const styleHash = hash('sha256', style, 'base64');

/**
 * Headers of every page. There is no `form-action`: browsers hold it against the redirects after a form as well.
 * `same-origin` and no stricter referrer policy: under `no-referrer` a form is sent with `Origin: null`.
 */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; frame-ancestors 'none'`,
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
};

export function page(title: string, content: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        ${styleElement}
      </head>
      <body>
        <main>${content}</main>
      </body>
    </html> `.text;
}
