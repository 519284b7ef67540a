import { connect } from 'node:http2';

/** Sends a POST by HTTP/2 and reads the answer. */
export function postOverHttp2(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const session = connect(url);
    session.once('error', reject);
    const stream = session.request({ ':method': 'POST', ':path': path, ...headers });
    let status = 0;
    let text = '';
    stream.once('response', (answer) => (status = answer[':status'] ?? 0));
    stream.once('error', reject);
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => (text += chunk));
    stream.once('end', () => {
      session.close();
      resolve({ status, text });
    });
    stream.setTimeout(30_000, () => stream.destroy(new Error(`no answer from ${url} in 30 s`)));
    stream.end(body);
  });
}
