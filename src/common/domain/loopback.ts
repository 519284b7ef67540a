/** The names by which a server is reached from its own machine; each stands for the others. */
export const loopbackNames: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** The URL's host is one of those names. */
export function isLoopback(url: URL): boolean {
  return loopbackNames.includes(url.hostname);
}

/** What is sent to the URL does not leave this machine: `localhost`, 127.0.0.0/8 or `[::1]`. */
export function staysOnThisMachine(url: URL): boolean {
  return isLoopback(url) || /^127(\.\d+){3}$/.test(url.hostname);
}
