import { describe, expect, it } from 'vitest';
import { FailedClients } from '../../../../src/modules/auth/issuer/failed-clients.js';
import { FakeClock } from '../../../fakes/fake-clock.js';

function fail(clients: FailedClients, times: number, ip = '192.0.2.1', clientId = 'desk'): void {
  for (let count = 0; count < times; count += 1) clients.failed(ip, clientId);
}

describe('FailedClients', () => {
  it('lets a client be wrong some times, then takes its sender for one who guesses', () => {
    const clients = new FailedClients(new FakeClock());

    fail(clients, 19);
    expect(clients.isGuessing('192.0.2.1', 'desk')).toBe(false);

    fail(clients, 1);
    expect(clients.isGuessing('192.0.2.1', 'desk')).toBe(true);
  });

  it('holds it against nobody else', () => {
    const clients = new FailedClients(new FakeClock());
    fail(clients, 20);

    expect(clients.isGuessing('192.0.2.2', 'desk')).toBe(false);
    expect(clients.isGuessing('192.0.2.1', 'other')).toBe(false);
  });

  it('knows the neighbours of an IPv6 address', () => {
    const clients = new FailedClients(new FakeClock());
    fail(clients, 20, '2001:db8::1');

    expect(clients.isGuessing('2001:db8::2', 'desk')).toBe(true);
  });

  it('forgets after a minute', () => {
    const clock = new FakeClock();
    const clients = new FailedClients(clock);
    fail(clients, 20);

    clock.advance(60_001);

    expect(clients.isGuessing('192.0.2.1', 'desk')).toBe(false);
  });
});
