import { describe, expect, it } from 'vitest';
import { isLoopback, staysOnThisMachine } from '../../../../src/common/domain/loopback.js';

describe('a URL of this machine', () => {
  it.each(['localhost', '127.0.0.1', '[::1]'])('has one of the names for each other: %s', (host) => {
    const url = new URL(`http://${host}:8000/x`);
    expect([isLoopback(url), staysOnThisMachine(url)]).toEqual([true, true]);
  });

  it('has an address that is no such name', () => {
    const url = new URL('http://127.9.9.9');
    expect([isLoopback(url), staysOnThisMachine(url)]).toEqual([false, true]);
  });

  it.each(['localhost.test', '127.0.0.1.test', '0.0.0.0', '[::2]'])('is not one at %s', (host) => {
    const url = new URL(`http://${host}`);
    expect([isLoopback(url), staysOnThisMachine(url)]).toEqual([false, false]);
  });
});
