import { registerHooks } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EndpointModule, ModuleSource } from '../thread-messages.js';
import { unsupportedAdvice } from '../unsupported-syntax.js';
import { LoadError } from './errors.js';
import { messageOf, placeOf } from './thrown.js';

/** The import that author code writes; it is ours whatever the project has installed. */
const RUNTIME = 'mxcp-server/runtime';

/** The compiled program has `.js` files, its sources `.ts` ones. */
const runtimeUrl = new URL(`../author/runtime${extname(fileURLToPath(import.meta.url))}`, import.meta.url);

export type EndpointFunction = (input: unknown) => unknown;

/** Finds endpoint functions. Each thread has modules of its own, loaded when they are first called. */
export class ModuleLoader {
  readonly #root: string;
  readonly #inline = new Map<string, string>();
  readonly #modules = new Map<string, EndpointModule>();
  readonly #functions = new Map<string, EndpointFunction>();

  constructor(root: string) {
    this.#root = root;
    registerHooks({
      resolve: (specifier, context, next) => {
        if (specifier === RUNTIME) return { url: runtimeUrl.href, shortCircuit: true };
        if (this.#inline.has(specifier))
          return { url: specifier, format: 'module-typescript', shortCircuit: true };
        return next(specifier, context);
      },
      load: (url, context, next) => {
        const code = this.#inline.get(url);
        if (code === undefined) return next(url, context);
        return { format: 'module-typescript', source: code, shortCircuit: true };
      },
    });
  }

  /** Says where the function of an endpoint is. */
  register(endpoint: string, module: EndpointModule): void {
    this.#modules.set(endpoint, module);
  }

  /** The function of an endpoint that has been called before. */
  known(endpoint: string): EndpointFunction | undefined {
    return this.#functions.get(endpoint);
  }

  /** @throws LoadError */
  async find(endpoint: string): Promise<EndpointFunction> {
    const module = this.#modules.get(endpoint);
    if (module === undefined) throw new LoadError(`Nothing is known of ${endpoint}`);
    const found = await this.#find(module);
    this.#functions.set(endpoint, found);
    return found;
  }

  async #find({ source, exportName }: EndpointModule): Promise<EndpointFunction> {
    const namespace = await this.#load(source);
    const found = member(namespace, exportName) ?? commonJsMember(namespace, exportName);
    const candidate = found ?? member(namespace, 'default');
    if (typeof candidate === 'function') return candidate as EndpointFunction;
    if (candidate === undefined)
      throw new LoadError(`Function '${exportName}' not found in ${source.shown}`, source.shown);
    throw new LoadError(
      `'${found === undefined ? 'default' : exportName}' of ${source.shown} is no function`,
      source.shown,
    );
  }

  async #load({ url, code, shown }: ModuleSource): Promise<object> {
    if (code !== null) this.#inline.set(url, code);
    try {
      return (await import(url)) as object;
    } catch (error) {
      throw this.#loadError(error, shown);
    }
  }

  #loadError(error: unknown, shown: string): LoadError {
    const place = placeOf(error, this.#root);
    const where = place === null ? '' : ` (${place.file}:${place.line})`;
    const message = `Failed to load ${shown}: ${causeOf(error)}${where}`;
    return new LoadError(message, place?.file ?? shown, place?.line ?? null);
  }
}

function causeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  const message = messageOf(error);
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') return `${message}; ${unsupportedAdvice}`;
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') {
    // Node's message names the importing file by its whole path
    return message.replace(/ imported from [^]*$/, '').replace(/'(?:[^']*\/)([^'/]+)'/, "'$1'");
  }
  return message;
}

function member(namespace: object, name: string): unknown {
  return Object.hasOwn(namespace, name) ? Reflect.get(namespace, name) : undefined;
}

/** CommonJS exports that Node could not tell before running the module are members of its default export. */
function commonJsMember(namespace: object, name: string): unknown {
  const exported = member(namespace, 'module.exports') ?? member(namespace, 'default');
  const isObject = typeof exported === 'object' && exported !== null;
  return isObject && Object.hasOwn(exported, name) ? Reflect.get(exported, name) : undefined;
}
