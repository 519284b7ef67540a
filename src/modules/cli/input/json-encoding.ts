/** Decodes JSON by its byte order mark or, without one, by where its first characters have zero bytes (RFC 4627 §3). */
export function decodeJson(bytes: Uint8Array): string {
  const [a = 1, b = 1, c = 1, d = 1] = bytes;
  if ((a === 0 && b === 0 && c === 0xfe && d === 0xff) || (a === 0 && b === 0 && c === 0)) {
    return utf32(bytes, false);
  }
  if ((a === 0xff && b === 0xfe && c === 0 && d === 0) || (b === 0 && c === 0 && d === 0)) {
    return utf32(bytes, true);
  }
  if ((a === 0xfe && b === 0xff) || a === 0) return new TextDecoder('utf-16be').decode(bytes);
  if ((a === 0xff && b === 0xfe) || b === 0) return new TextDecoder('utf-16le').decode(bytes);
  return new TextDecoder('utf-8').decode(bytes);
}

function utf32(bytes: Uint8Array, isLittleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = '';
  for (let offset = 0; offset + 4 <= bytes.length; offset += 4) {
    const point = view.getUint32(offset, isLittleEndian);
    text += point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point);
  }
  return text.replace(/^\ufeff/, '');
}
