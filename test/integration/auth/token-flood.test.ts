import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { UnauthenticatedError } from '../../../src/common/errors/auth-errors.js';
import { aDoor } from '../../builders/a-door.js';
import { anIncomingRequest } from '../../builders/an-incoming-request.js';
import { LocalProvider } from '../../fakes/local-provider.js';

describe('a flood of tokens', () => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

  it('lets nobody in, breaks nothing, and leaves no trace in memory', { timeout: 120_000 }, async () => {
    await using provider = await LocalProvider.start();
    const { authenticator, bearer, token, server, metrics, log, events, clock } = await aDoor(provider);
    const valid = await token();
    const [head = '', body = ''] = valid.split('.');
    const signed = await Promise.all([
      token({}, { expiresIn: -3_600 }),
      token({ aud: 'https://other.test' }),
      token({ nonce: 'n' }),
      token({ iss: 'https://evil.test' }),
    ]);
    const makers: readonly ((index: number) => string)[] = [
      () => randomBytes(32).toString('hex'),
      () =>
        `${randomBytes(20).toString('base64url')}.${randomBytes(90).toString('base64url')}.${randomBytes(64).toString('base64url')}`,
      (index) => `${head}.${body}.${randomBytes(256).toString('base64url')}${index}`,
      (index) => valid.slice(0, 1 + (index % (valid.length - 1))),
      (index) => `${part({ alg: 'none', n: index })}.${body}.`,
      (index) =>
        `${part({ alg: 'HS256', kid: provider.keys[0]!.kid, n: index })}.${body}.${randomBytes(32).toString('base64url')}`,
      (index) => `${part({ alg: 'RS256', kid: `k${index}` })}.${body}.AAAA`,
      (index) => signed[index % signed.length]!,
      () => '='.repeat(20),
      (index) => `x${'y'.repeat(9_000)}${index}`,
    ];
    setFlagsFromString('--expose_gc');
    const collect = runInNewContext('gc') as () => void;
    const heap = (): number => {
      // what the fakes keep is not the server's
      for (const kept of [
        metrics.auth,
        log.lines,
        events,
        server.metrics.http,
        server.log.lines,
        provider.asked,
      ]) {
        kept.length = 0;
      }
      collect();
      return process.memoryUsage().heapUsed;
    };
    const ends = new Map<string, number>();
    const note = (end: string): void => {
      ends.set(end, (ends.get(end) ?? 0) + 1);
    };
    const tokenOf = (index: number): string => makers[index % makers.length]!(index);
    const knock = async (count: number): Promise<void> => {
      for (let index = 0; index < count; index += 1) {
        clock.advance(1);
        const request = anIncomingRequest({ authorization: `Bearer ${tokenOf(index)}` });
        await authenticator.authenticate(request).then(
          () => {
            note('let in');
          },
          (error: unknown) => {
            note(error instanceof UnauthenticatedError ? 'refused' : String(error));
          },
        );
      }
    };

    expect((await bearer(valid)).statusCode).toBe(200);
    await knock(10_000);
    const before = heap();
    await knock(10_000);
    const grown = heap() - before;
    for (let index = 0; index < 1_000; index += 1) note(String((await bearer(tokenOf(index))).statusCode));

    expect(Object.fromEntries(ends)).toEqual({ refused: 20_000, 401: 1_000 });
    expect(grown).toBeLessThan(4_000_000);
    expect((await bearer(await token({ jti: 'after' }))).statusCode).toBe(200);
  });
});
