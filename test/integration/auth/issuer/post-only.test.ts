import { describe, expect, it } from 'vitest';
import { anIssuer } from '../../../builders/an-issuer.js';

describe('endpoints that take POST', () => {
  it.each(
    ['/token', '/revoke', '/register'].flatMap((url) =>
      (['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'] as const).map((method) => [method, url] as const),
    ),
  )('refuse %s %s', async (method, url) => {
    const reply = await anIssuer().app.inject({ method, url, payload: '{' });

    expect(reply.statusCode).toBe(405);
    expect(reply.headers).toMatchObject({ allow: 'POST', 'cache-control': 'no-store' });
    if (method !== 'HEAD') expect(reply.json()).toMatchObject({ error: 'invalid_request' });
  });
});
