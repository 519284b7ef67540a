const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes in an answer: as the text that they are in UTF-8, else as base64 (decision 8). */
export function bytesText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) {
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
    }
    throw error;
  }
}
