import { chromium, type Browser, type Page } from 'playwright-core';

/** Longest that a login may take. */
const LOGIN_MS = 60_000;

/** A headless Chromium, as Debian packages it. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** What a person at the browser does on the way to the client's redirect URI. */
export interface Person {
  readonly username: string;
  readonly password: string;
}

/**
 * Opens an authorization URL in a browser of its own, approves on mxcp's page when there is one, signs in at
 * Keycloak, and gives the URL at which the client would be called back.
 */
export async function signInWithBrowser(
  browser: Browser,
  authorizationUrl: URL,
  redirectUri: string,
  person: Person,
): Promise<URL> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    // nobody listens at the redirect URI, as the client is the test: that the browser asks for it is enough
    const callback = page.waitForRequest((request) => request.url().startsWith(redirectUri), {
      timeout: LOGIN_MS,
    });
    await page.goto(authorizationUrl.href);
    await approve(page);
    await page.getByLabel('Username').fill(person.username);
    await page.locator('input[type=password]').fill(person.password);
    await page.getByRole('button', { name: 'Sign In' }).click();
    // Keycloak itself asks whether a client that registered itself may have the scopes
    const consent = page.getByRole('button', { name: 'Yes' }).click({ timeout: LOGIN_MS });
    await Promise.race([callback, consent.catch(() => undefined)]);
    return new URL((await callback).url());
  } finally {
    await context.close();
  }
}

/** Approves on our consent page; an authorization server without one shows its login at once. */
async function approve(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: /allow|approve|continue/i });
  await page.getByLabel('Username').or(button).first().waitFor();
  if (await button.isVisible()) await button.click();
}
