import { SetMetadata } from '@nestjs/common';

export const IS_PUBLIC = 'mxcp:public';

/** Marks a route that answers without a token: health and metrics. Everything else is closed by default. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(IS_PUBLIC, true);
