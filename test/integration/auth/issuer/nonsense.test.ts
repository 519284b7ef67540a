import { describe, expect, it } from 'vitest';
import { anAuthorization, anIssuer, type IssuerFixture } from '../../../builders/an-issuer.js';

/** Numbers that look random and are the same in every run (mulberry32). */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

const names = [
  ...['client_id', 'client_secret', 'redirect_uri', 'response_type', 'scope', 'state', 'resource'],
  ...['code_challenge', 'code_challenge_method', 'code', 'code_verifier', 'grant_type', 'refresh_token'],
  ...['token', 'token_type_hint', '__proto__', 'constructor', 'toString'],
];
const values = [
  ...[
    '',
    'x',
    'code',
    'S256',
    'plain',
    'authorization_code',
    'refresh_token',
    'a b',
    '\u0000',
    '💥',
    '%',
    '"',
  ],
  ...[
    'http://[',
    'https://127.0.0.1/c',
    'https://localhost:1/c',
    'javascript:1',
    '__proto__',
    'x'.repeat(3000),
  ],
];
const authorizations = [
  '',
  'Basic',
  'Basic !!',
  'Basic eDp4',
  'Basic 4oKs',
  'Bearer x',
  'Basic a:b:c',
  '\u00ff',
];
const bodies = [
  '',
  '{',
  '[]',
  'null',
  '7',
  '{"redirect_uris":{}}',
  '{"redirect_uris":[[]]}',
  '{"__proto__":{}}',
];

async function send(server: IssuerFixture, clientId: string, roll: (sides: number) => number) {
  const pick = <T>(list: readonly T[]): T => list[roll(list.length)]!;
  const form = new URLSearchParams();
  if (roll(2) === 0) for (const entry of Object.entries(anAuthorization(clientId))) form.append(...entry);
  for (let count = roll(6); count > 0; count -= 1) form.append(pick(names), pick([...values, clientId]));
  const url = pick([
    '/authorize',
    '/authorize/x',
    '/authorize/%2e%2e',
    '/token',
    '/revoke',
    '/register',
    '/jwks',
  ]);
  const headers = {
    authorization: pick(authorizations),
    cookie: pick(['', 'mxcp_resume=x', 'mxcp_resume=%', ';;=']),
    accept: pick(['*/*', 'text/html', 'application/json', '\u00ff']),
  };
  if (url.startsWith('/authorize/') || url === '/jwks' || (url === '/authorize' && roll(2) === 0)) {
    return server.app.inject({ method: 'GET', url: `${url}?${form.toString()}`, headers });
  }
  const type = pick(['application/x-www-form-urlencoded', 'application/json', 'text/plain', '']);
  const payload = url === '/register' ? pick(bodies) : pick([form.toString(), form.toString(), ...bodies]);
  return server.app.inject({ method: 'POST', url, headers: { ...headers, 'content-type': type }, payload });
}

describe('nonsense', () => {
  it.each([1, 2, 3])('is refused and never a fault (%i)', async (seed) => {
    const server = anIssuer({ requiredScopes: ['x'] });
    const clientId = await server.client();
    const roll = dice(seed);
    for (let count = 0; count < 300; count += 1) {
      const reply = await send(server, clientId, roll);
      expect([reply.statusCode, reply.body]).toSatisfy(([status]: [number]) => status < 500);
    }
    expect(server.log.lines.filter((line) => line.level === 'error')).toEqual([]);
    expect(server.store.ids('AccessToken')).toEqual([]);
  });
});
