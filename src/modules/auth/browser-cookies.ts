import { hash } from 'node:crypto';

/** The cookies of a login: host-only, out of reach of scripts, for the whole site. */
export class BrowserCookies {
  readonly #isSecure: boolean;

  /** @param issuer an `http:` one is on a loopback name, where browsers take no `Secure` cookie for granted */
  constructor(issuer: string) {
    this.#isSecure = new URL(issuer).protocol === 'https:';
  }

  /** The value that the browser sent; null when it sent none, or two of which nobody knows who set which. */
  read(header: string | undefined, name: string): string | null {
    const prefix = `${this.#named(name)}=`;
    const values = (header ?? '')
      .split(';')
      .map((pair) => pair.trim())
      .filter((pair) => pair.startsWith(prefix));
    const [value] = values;
    return value === undefined || values.length > 1 ? null : value.slice(prefix.length);
  }

  /** `Set-Cookie` that keeps a value of cookie-safe characters. */
  keep(name: string, value: string, maxAgeS: number): string {
    // Lax: the browser comes back from the identity provider by a top-level navigation
    const secure = this.#isSecure ? '; Secure' : '';
    return `${this.#named(name)}=${value}; Max-Age=${maxAgeS}; Path=/; HttpOnly; SameSite=Lax${secure}`;
  }

  /** `Set-Cookie` that removes it. */
  drop(name: string): string {
    return this.keep(name, '', 0);
  }

  /** With the prefix browsers accept only from this very host, by https; without it where that cannot be. */
  #named(name: string): string {
    return this.#isSecure ? `__Host-${name}` : name;
  }
}

/** A cookie for each id: short, and without telling the id. */
export function cookieOf(name: string, id: string): string {
  return `${name}_${hash('sha256', id, 'hex').slice(0, 16)}`;
}
