import { isLoopback } from '../../../common/domain/loopback.js';
import { html, page, type Html } from '../pages/html.js';
import type { PendingLogin } from '../sign-in.js';
import { displayText } from './display-text.js';

/** What the user is told beside the application itself. */
export interface ConsentSurroundings {
  /** This server's issuer identifier. */
  readonly issuer: string;
  readonly provider: string;
  readonly providerScopes: readonly string[];
}

/** Asks the user whether this application may act for them; no script, and nothing of the client's is markup. */
export function consentPage(login: PendingLogin, around: ConsentSurroundings, csrfToken: string): string {
  const name = displayText(login.clientName) || displayText(login.clientId);
  const server = displayText(new URL(around.issuer).host);
  const target = targetOf(login.redirectUri);
  const content = html`<h1>Allow <bdi>${name}</bdi> to use this server in your name?</h1>
    <p>${originOf(login)}</p>
    ${target.isOnThisComputer ? computerNote : []}
    <dl>
      ${login.isMetadataDocument ? fact('Published by', hostOf(login.clientId)) : []}
      ${fact('You are sent back to', target.text)} ${fact('Server', server)}
      ${fact('Access to this server', scopeText(login.scopes) || 'what you may use there')}
      ${fact('You sign in at', displayText(around.provider))}
      ${fact('This server asks there for', scopeText(around.providerScopes) || 'what the provider gives without asking')}
    </dl>
    <form method="post">
      <input type="hidden" name="csrf" value="${csrfToken}" />
      <button class="main" type="submit" name="decision" value="approve">Approve</button>
      <button type="submit" name="decision" value="deny">Deny</button>
    </form>
    <p class="small">Approve only if you have just started this yourself.</p>`;
  return page(`Allow ${name}?`, content);
}

function fact(term: string, text: string): Html {
  return html`<div>
    <dt>${term}</dt>
    <dd>${text}</dd>
  </div>`;
}

function originOf(login: PendingLogin): string {
  return login.isMetadataDocument
    ? `The application says who it is at ${hostOf(login.clientId)}. Make sure that you trust this site.`
    : 'The application registered itself. Anybody can register under any name.';
}

const computerNote = html`<p class="note" role="note">
  <strong>An application on this computer</strong> gets the access. This server cannot tell which one.
</p>`;

interface Target {
  readonly text: string;
  readonly isOnThisComputer: boolean;
}

function targetOf(redirectUri: string): Target {
  const url = URL.parse(redirectUri);
  if (url === null) return { text: displayText(redirectUri), isOnThisComputer: false };
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return { text: `the application that opens ${displayText(url.protocol)} links`, isOnThisComputer: true };
  }
  const host = displayText(url.host, 200);
  return isLoopback(url)
    ? { text: `an application on this computer (${host})`, isOnThisComputer: true }
    : { text: host, isOnThisComputer: false };
}

/** As the address bar would show it: other alphabets as `xn--`. */
function hostOf(clientId: string): string {
  return displayText(URL.parse(clientId)?.host ?? clientId, 200);
}

function scopeText(scopes: readonly string[]): string {
  return displayText(scopes.join(', '), 400);
}
