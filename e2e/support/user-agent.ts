import { send, type RawAnswer, type Route } from './raw-http.ts';

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly isSecure: boolean;
}

/** A page that the user sees, or the client's redirect URI that the browser was sent to. */
export interface Page extends RawAnswer {
  readonly url: URL;
}

export interface Form {
  readonly action: URL;
  readonly fields: Readonly<Record<string, string>>;
  /** Name and value of each submit button, by its label. */
  readonly buttons: Readonly<Record<string, readonly [string, string]>>;
}

/** Most redirects on the way to a page. */
const MOST_HOPS = 20;

/** A browser without a window: cookies, redirects and forms by hand, so that a test can change each of them. */
export class UserAgent {
  readonly #route: (url: URL) => Route;
  readonly #jar = new Map<string, Map<string, Cookie>>();
  /** Every URL asked for, in order. */
  readonly visited: string[] = [];

  /** @param route where a URL is really served, when a proxy stands before the server */
  constructor(route: (url: URL) => Route = (url) => ({ url, host: url.host })) {
    this.#route = route;
  }

  /** Follows redirects to a page, or until the browser is sent to a URL below `stopAt`. */
  async open(url: URL | string, stopAt: string): Promise<Page> {
    return this.#follow(new URL(url), stopAt, 'GET');
  }

  /** Presses a button of the page's only form. */
  async submit(
    page: Page,
    label: RegExp,
    stopAt: string,
    changes: Readonly<Record<string, string>> = {},
  ): Promise<Page> {
    const form = formOf(page);
    const [, button] = Object.entries(form.buttons).find(([text]) => label.test(text)) ?? [];
    if (button === undefined) throw new Error(`no button ${String(label)} on the page:\n${page.text}`);
    const body = new URLSearchParams({ ...form.fields, [button[0]]: button[1], ...changes }).toString();
    return this.#follow(form.action, stopAt, 'POST', body, page.url.origin);
  }

  /** Does what it takes to get from an authorization URL to the client's redirect URI; the URL it was sent to. */
  async signIn(authorizationUrl: URL, redirectUri: string, decision = /approve/i): Promise<URL> {
    let page = await this.open(authorizationUrl, redirectUri);
    if (page.text.includes('<form')) page = await this.submit(page, decision, redirectUri);
    if (!page.url.href.startsWith(redirectUri)) {
      throw new Error(`the sign-in ended at ${page.url.href} with ${page.status}:\n${page.text}`);
    }
    return page.url;
  }

  /** The cookies that would be sent to a host. */
  cookies(hostname: string): readonly string[] {
    return [...(this.#jar.get(hostname)?.keys() ?? [])];
  }

  async #follow(start: URL, stopAt: string, method: string, body?: string, origin?: string): Promise<Page> {
    let url = start;
    let answer = await this.#hop(url, method, body, origin);
    for (let hop = 0; hop < MOST_HOPS; hop += 1) {
      const { location } = answer.headers;
      if (answer.status < 300 || answer.status >= 400 || location === undefined) return { ...answer, url };
      url = new URL(location, url);
      if (url.href.startsWith(stopAt)) return { ...answer, url };
      answer = await this.#hop(url, 'GET');
    }
    throw new Error(`more than ${MOST_HOPS} redirects:\n${this.visited.join('\n')}`);
  }

  /** What a gateway lost is asked for once more, as a user reloads. */
  async #hop(url: URL, method: string, body?: string, origin?: string): Promise<RawAnswer> {
    const answer = await this.#ask(url, method, body, origin);
    return answer.status === 502 ? this.#ask(url, method, body, origin) : answer;
  }

  async #ask(url: URL, method: string, body?: string, origin?: string): Promise<RawAnswer> {
    this.visited.push(url.href);
    const { url: target, host } = this.#route(url);
    const cookie = [...(this.#jar.get(url.hostname)?.values() ?? [])]
      .filter(({ isSecure }) => !isSecure || url.protocol === 'https:')
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
    const answer = await send(target, {
      method,
      headers: {
        host,
        accept: 'text/html,application/xhtml+xml',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'document',
        ...(cookie === '' ? {} : { cookie }),
        ...(origin === undefined ? {} : { origin, 'sec-fetch-site': 'same-origin' }),
        ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(body === undefined ? {} : { body }),
    });
    for (const line of answer.headers['set-cookie'] ?? []) this.#keep(url, line);
    return answer;
  }

  /** As browsers do, for the whole host: no `Secure` cookie over http, `__Host-` only with all it promises. */
  #keep(url: URL, line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/.exec(pair) ?? [];
    const has = (attribute: string): boolean => attributes.some((each) => each.toLowerCase() === attribute);
    const isSecure = has('secure');
    if (isSecure && url.protocol !== 'https:') return;
    if (name.startsWith('__Host-') && !(isSecure && has('path=/'))) return;
    const jar = this.#jar.get(url.hostname) ?? new Map<string, Cookie>();
    this.#jar.set(url.hostname, jar);
    if (has('max-age=0') || attributes.some((each) => /^expires=.*1970/i.test(each))) jar.delete(name);
    else jar.set(name, { name, value, isSecure });
  }
}

/** The only form of a page. */
function formOf({ text, url }: Page): Form {
  const [, attributes = '', content = ''] = /<form\b([^>]*)>([\s\S]*?)<\/form>/i.exec(text) ?? [];
  if (content === '') throw new Error(`no form on the page:\n${text}`);
  const fields: Record<string, string> = {};
  for (const [, input = ''] of content.matchAll(/<input\b([^>]*)>/gi)) {
    fields[attribute(input, 'name')] = attribute(input, 'value');
  }
  const buttons: Record<string, readonly [string, string]> = {};
  for (const [, button = '', label = ''] of content.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button>/gi)) {
    buttons[label.trim()] = [attribute(button, 'name'), attribute(button, 'value')];
  }
  return { action: new URL(attribute(attributes, 'action'), url), fields, buttons };
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

function attribute(tag: string, name: string): string {
  const [, value = ''] = new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(tag) ?? [];
  return value.replace(/&(amp|lt|gt|quot|#39);/g, (_all, entity: string) => entities[entity] ?? '');
}
