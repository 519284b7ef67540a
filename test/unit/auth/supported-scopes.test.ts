import { describe, expect, it } from 'vitest';
import { supportedScopes } from '../../../src/modules/auth/supported-scopes.js';

describe('supportedScopes', () => {
  it('are what every request needs and what any client of the operator may have, each once', () => {
    const clients = [{ scopes: ['read', 'write'] }, { scopes: [] }, { scopes: ['write', 'admin'] }];
    expect(supportedScopes(['read'], clients)).toEqual(['read', 'write', 'admin']);
  });
});
