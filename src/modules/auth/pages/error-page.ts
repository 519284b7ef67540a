import { html, page } from './html.js';

/** Why a browser gets no further, and nobody can be told but the user. */
export interface PageError {
  readonly status: number;
  /** An error code of RFC 6749 for those who read JSON. */
  readonly error: string;
  readonly title: string;
  readonly text: string;
}

export function errorPage(error: PageError, correlationId: string): string {
  return page(
    error.title,
    html`<h1>${error.title}</h1>
      <p>${error.text}</p>
      <p class="small">${error.error}, reference ${correlationId}</p>`,
  );
}
