import type { Clock } from '../../../common/ports/clock.js';
import type { UpstreamSession } from '../sign-in.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const ACCESS_MS = HOUR_MS;
const IDLE_MS = 30 * DAY_MS;
const SESSION_MS = 90 * DAY_MS;
/** How long an identity counts that the provider gives no way to ask about again. */
const IDENTITY_ONLY_MS = DAY_MS;

/** Seconds from an authorization request to its user's return. */
export const INTERACTION_S = 900;
export const CODE_S = 60;

/** How long tokens live, by the user's session at the identity provider (auth.md §8). */
export class TokenLifetimes {
  readonly #sessions = new WeakMap<object, UpstreamSession>();

  constructor(private readonly clock: Clock) {}

  /** From here on the context's tokens are of this session. */
  bind(ctx: object, session: UpstreamSession): void {
    this.#sessions.set(ctx, session);
  }

  sessionOf(ctx: object): UpstreamSession | null {
    return this.#sessions.get(ctx) ?? null;
  }

  /** Whether the session is over, so that its user must sign in again. */
  isOver(session: UpstreamSession): boolean {
    return this.#endMs(session) <= this.#nowMs();
  }

  /** Seconds of an access token: an hour, no longer than the provider's own or the session. */
  accessSeconds(ctx: object): number {
    const session = this.#sessions.get(ctx);
    if (session === undefined) return seconds(ACCESS_MS);
    const nowMs = this.#nowMs();
    const upstreamMs = session.identity.tokens.expiresAt?.getTime() ?? Infinity;
    // once the provider's token is gone and cannot be renewed, what is left is the identity
    const endMs = upstreamMs > nowMs ? upstreamMs : Infinity;
    return seconds(Math.min(ACCESS_MS, endMs - nowMs, this.#endMs(session) - nowMs));
  }

  refreshSeconds(ctx: object): number {
    const session = this.#sessions.get(ctx);
    if (session === undefined) return seconds(IDLE_MS);
    return seconds(Math.min(IDLE_MS, this.#endMs(session) - this.#nowMs()));
  }

  /** When a session ends, in seconds since 1970. */
  endOf(session: UpstreamSession): number {
    return Math.floor(this.#endMs(session) / 1000);
  }

  #endMs({ identity, startedAt }: UpstreamSession): number {
    return startedAt.getTime() + (identity.tokens.refreshToken === null ? IDENTITY_ONLY_MS : SESSION_MS);
  }

  #nowMs(): number {
    return this.clock.now().getTime();
  }
}

/** oidc-provider takes whole seconds, at least one. */
function seconds(ms: number): number {
  return Math.max(1, Math.floor(ms / 1000));
}
