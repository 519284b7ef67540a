import { currentScope } from './call-scope.js';
import { ExitedError } from './errors.js';
import type { ThreadLink } from './thread-link.js';
import { messageOf, placeOf, typeNameOf } from './thrown.js';

/**
 * Keeps one call's blunder from ending the thread with everybody else's calls: `process.exit`, an exception that
 * nobody caught, a rejected promise that nobody awaited. The call that did it fails; the thread takes no more.
 */
export function guardThread(link: ThreadLink, root: string): void {
  process.on('uncaughtException', (error) => {
    report(link, root, 'An exception was caught by nobody', error);
    currentScope
      .getStore()
      ?.fail(new ExitedError(`The endpoint threw where nobody could catch it: ${messageOf(error)}`));
    link.taint();
  });
  process.on('unhandledRejection', (reason) => {
    report(link, root, 'A rejected promise was awaited by nobody', reason);
  });
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => {
    if (name === 'ExperimentalWarning' || /MODULE_TYPELESS_PACKAGE_JSON/.test(message)) return;
    link.log({ level: 'warning', text: `${name}: ${message}`, endpoint: null, file: null, line: null });
  });
  Object.assign(process, { exit });

  function exit(): never {
    const error = new ExitedError('The endpoint called process.exit');
    const scope = currentScope.getStore();
    report(link, root, 'process.exit was called', error);
    scope?.fail(error);
    link.taint();
    throw error;
  }
}

function report(link: ThreadLink, root: string, text: string, thrown: unknown): void {
  const place = placeOf(thrown, root);
  link.log({
    level: 'error',
    text: `${text} (${typeNameOf(thrown)})`,
    endpoint: currentScope.getStore()?.task.endpoint ?? null,
    file: place?.file ?? null,
    line: place?.line ?? null,
  });
}
