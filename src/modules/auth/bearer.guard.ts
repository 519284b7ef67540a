import {
  ForbiddenException,
  Inject,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { incomingRequest } from '../../common/domain/incoming-request.js';
import { ScopeMissingError, UnauthenticatedError } from '../../common/errors/auth-errors.js';
import { IS_PUBLIC } from '../../common/nest/public.decorator.js';
import { Authenticator } from '../../common/ports/authenticator.js';

/** Closes every controller to callers without an identity, unless its handler says `@Public()`. */
export class BearerGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(Authenticator) private readonly authenticator: Authenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const marked = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(IS_PUBLIC, marked) === true) return true;
    try {
      await this.authenticator.authenticate(
        incomingRequest(context.switchToHttp().getRequest<FastifyRequest>()),
      );
      return true;
    } catch (error) {
      if (error instanceof UnauthenticatedError) throw new UnauthorizedException('Authentication required');
      if (error instanceof ScopeMissingError) throw new ForbiddenException(error.message);
      throw error;
    }
  }
}
