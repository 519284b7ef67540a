const KEY_BYTES = 32;

/** True for a key of 32 bytes in URL-safe base64, as Fernet keys are written. */
export function isKeyText(text: string): boolean {
  return /^[\w-]+={0,2}$/.test(text) && keyBytes(text).length === KEY_BYTES;
}

export function keyBytes(text: string): Buffer {
  return Buffer.from(text, 'base64url');
}
