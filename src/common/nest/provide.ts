import type { FactoryProvider, InjectionToken } from '@nestjs/common';

type AnyClass<T> = abstract new (...args: never[]) => T;
type TokensOf<P extends readonly unknown[]> = { readonly [I in keyof P]: AnyClass<P[I]> };

/**
 * One line of wiring: `provide(EndpointCaller, EndpointPipeline, [RuntimeSource, CallRecorder])`.
 * Does not compile when the tokens disagree with the constructor.
 */
export function provide<T, P extends readonly unknown[]>(
  token: AnyClass<T>,
  implementation: new (...args: P) => T,
  dependencies: TokensOf<P>,
): FactoryProvider<T> {
  return {
    provide: token as InjectionToken,
    useFactory: (...resolved: unknown[]) => new implementation(...(resolved as unknown as P)),
    inject: [...(dependencies as readonly InjectionToken[])],
  };
}

/** As `provide`, for what needs more than a constructor call: a subtree of the configuration, say. */
export function provideBy<T, P extends readonly unknown[]>(
  token: AnyClass<T>,
  make: (...args: P) => T | Promise<T>,
  dependencies: TokensOf<P>,
): FactoryProvider<T> {
  return {
    provide: token as InjectionToken,
    useFactory: (...resolved: unknown[]) => make(...(resolved as unknown as P)),
    inject: [...(dependencies as readonly InjectionToken[])],
  };
}
