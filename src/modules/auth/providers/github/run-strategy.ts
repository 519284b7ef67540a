import passport, { type Strategy } from 'passport';
import { unusableIdentity } from '../provider-answers.js';

/** How a strategy ended: with a redirect of the browser, or with a user. */
export type StrategyOutcome =
  { readonly kind: 'redirect'; readonly url: string } | { readonly kind: 'user'; readonly user: unknown };

type Middleware = (request: object, response: object, next: (error?: unknown) => void) => void;

/**
 * Runs one step of a Passport strategy, without Express and without a session: the request has a query and
 * nothing else, the response takes a redirect and nothing else. Passport hangs its answers on the strategy
 * object, so each run needs a strategy of its own.
 * @throws whatever the strategy reports; ProviderRefusedError when it does not accept the browser's parameters
 */
export function runStrategy(
  strategy: Strategy,
  query: Readonly<Record<string, string>>,
  options: passport.AuthenticateOptions & { readonly state: string },
): Promise<StrategyOutcome> {
  return new Promise((resolve, reject) => {
    const done = (error: unknown, user?: unknown): void => {
      if (error !== null && error !== undefined) reject(reasonIn(error));
      else if (user === false || user === undefined) reject(refused());
      else resolve({ kind: 'user', user });
    };
    const response = {
      setHeader: (name: string, value: string): void => {
        if (name === 'Location') resolve({ kind: 'redirect', url: value });
      },
      end: (): void => undefined,
    };
    const run = passport.authenticate(strategy, { ...options, session: false }, done) as Middleware;
    run({ query }, response, done);
  });
}

/** Strategies wrap what went wrong in errors that keep it as `oauthError`. */
export function reasonIn(error: unknown): Error {
  if (!(error instanceof Error)) return refused();
  const inner = 'oauthError' in error ? error.oauthError : undefined;
  return inner instanceof Error ? inner : error;
}

function refused(): Error {
  return unusableIdentity('the state is another one');
}
