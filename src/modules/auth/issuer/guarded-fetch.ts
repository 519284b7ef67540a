import { lookup as resolve, type LookupAddress } from 'node:dns';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { AppError } from '../../../common/errors/app-error.js';
import { isPublicAddress } from './public-address.js';

const LIMIT_MS = 5_000;
const MOST_BYTES = 10_240;

export interface FetchedJson {
  readonly text: string;
  readonly cacheControl: string | undefined;
  readonly expires: string | undefined;
}

/** Where a document of somebody else's choosing may be fetched from. */
export interface Reach {
  /** Asked for every address that the host has, right before the connection is made to one of them. */
  readonly allows: (address: string) => boolean;
  /** Certificates to trust beside the usual ones. */
  readonly ca?: string;
}

/** The public internet. */
export const publicInternet: Reach = { allows: isPublicAddress };

/** Why a document was not fetched; for the log, never for the client. */
export class FetchRefusedError extends AppError {
  constructor(message: string) {
    super('INPUT_INVALID', message);
  }
}

/**
 * Fetches a small JSON document from a URL that a stranger gave (auth.md §13.6): no redirects, 5 s in all, 10 KiB,
 * and no address outside the reach, whatever the name resolves to at that moment.
 * @throws FetchRefusedError, or the connection's error
 */
export async function guardedFetch(url: URL, reach: Reach): Promise<FetchedJson> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // an address is connected to without a look-up
  if (isIP(host) !== 0 && !reach.allows(host)) throw new FetchRefusedError('the address is not public');
  const response = await answerTo(url, reach);
  try {
    return { text: await textOf(response), ...cachingOf(response) };
  } finally {
    response.destroy();
  }
}

function answerTo(url: URL, reach: Reach): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(
      url,
      {
        headers: { accept: 'application/json' },
        agent: false,
        signal: AbortSignal.timeout(LIMIT_MS),
        lookup: guardedLookup(reach),
        ...(reach.ca === undefined ? {} : { ca: reach.ca }),
      },
      resolve,
    )
      .on('error', reject)
      .end();
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  if (response.statusCode !== 200) throw new FetchRefusedError(`the status is ${response.statusCode ?? 0}`);
  if (!/^application\/([\w.-]+\+)?json\b/i.test(response.headers['content-type'] ?? '')) {
    throw new FetchRefusedError('the document is not JSON');
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new FetchRefusedError(`the document exceeds ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function cachingOf({ headers }: IncomingMessage): Pick<FetchedJson, 'cacheControl' | 'expires'> {
  return { cacheControl: headers['cache-control'], expires: headers.expires };
}

/** The socket connects to what is checked here: a name that changes its mind in between gains nothing. */
function guardedLookup(reach: Reach): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error !== null) {
        callback(error, []);
        return;
      }
      const first = addresses[0];
      if (first === undefined) {
        callback(new FetchRefusedError('the host has no address'), []);
        return;
      }
      if (!addresses.every(({ address }) => reach.allows(address))) {
        callback(new FetchRefusedError('the host has an address that is not public'), []);
        return;
      }
      if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
