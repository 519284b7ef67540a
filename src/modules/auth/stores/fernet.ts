import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';

const VERSION = 0x80;
const HEADER_BYTES = 25; // version, time, initialisation vector
const IV_OFFSET = 9;
const BLOCK_BYTES = 16;
const HMAC_BYTES = 32;

/** True for text of the form of a Fernet token, whatever its key. */
export function isFernetToken(text: string): boolean {
  return /^gAAAA[\w-]+={0,2}$/.test(text) && bodyLength(bytesOf(text)) >= BLOCK_BYTES;
}

/**
 * The text in a Fernet token; null when it was made with another key or changed since.
 * @param key its 32 bytes: half to sign, half to encrypt
 */
export function openFernetToken(token: string, key: Buffer): string | null {
  const bytes = bytesOf(token);
  if (bytes[0] !== VERSION || bodyLength(bytes) < BLOCK_BYTES) return null;
  const signed = bytes.subarray(0, -HMAC_BYTES);
  const signature = createHmac('sha256', key.subarray(0, 16)).update(signed).digest();
  if (!timingSafeEqual(signature, bytes.subarray(-HMAC_BYTES))) return null;
  const decipher = createDecipheriv(
    'aes-128-cbc',
    key.subarray(16),
    signed.subarray(IV_OFFSET, HEADER_BYTES),
  );
  try {
    return decipher.update(signed.subarray(HEADER_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    // signed, but with padding that no Fernet writes
    return null;
  }
}

function bytesOf(token: string): Buffer {
  return Buffer.from(token, 'base64url');
}

/** Bytes of the encrypted text; 0 when they are no whole blocks. */
function bodyLength(bytes: Buffer): number {
  const length = bytes.length - HEADER_BYTES - HMAC_BYTES;
  return length % BLOCK_BYTES === 0 ? length : 0;
}
