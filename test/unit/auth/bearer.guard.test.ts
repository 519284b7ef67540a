import 'reflect-metadata';
import { ForbiddenException, UnauthorizedException, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import { anonymous } from '../../../src/common/domain/principal.js';
import { ScopeMissingError, UnauthenticatedError } from '../../../src/common/errors/auth-errors.js';
import { Public } from '../../../src/common/nest/public.decorator.js';
import type { Authenticator } from '../../../src/common/ports/authenticator.js';
import { BearerGuard } from '../../../src/modules/auth/bearer.guard.js';
import { FakeAuthenticator } from '../../fakes/fake-authenticator.js';

class Closed {
  readonly name: string = 'closed';
}

class Open {
  readonly name: string = 'open';
}
Public()(Open);

const refusal: Authenticator['refusal'] = () => new FakeAuthenticator(() => anonymous).refusal();
const nobody: Authenticator = { authenticate: () => Promise.reject(new UnauthenticatedError()), refusal };
const everyone: Authenticator = { authenticate: () => Promise.resolve(anonymous), refusal };

function entering(controller: typeof Closed, authenticator: Authenticator): Promise<boolean> {
  const context = {
    getHandler: () => () => undefined,
    getClass: () => controller,
    switchToHttp: () => ({ getRequest: () => ({ headers: {}, raw: { rawHeaders: [] } }) }),
  } as unknown as ExecutionContext;
  return new BearerGuard(new Reflector(), authenticator).canActivate(context);
}

describe('BearerGuard', () => {
  it('closes a controller that says nothing', async () => {
    await expect(entering(Closed, nobody)).rejects.toBeInstanceOf(UnauthorizedException);
  });

  it('forbids it to a token without the scopes', async () => {
    const authenticate = () => Promise.reject(new ScopeMissingError(['x']));
    await expect(entering(Closed, { authenticate, refusal })).rejects.toBeInstanceOf(ForbiddenException);
  });

  it('lets an identified caller in', async () => {
    expect(await entering(Closed, everyone)).toBe(true);
  });

  it('lets anyone into what is public', async () => {
    expect(await entering(Open, nobody)).toBe(true);
  });
});
