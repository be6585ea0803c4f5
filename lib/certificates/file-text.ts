import { Buffer } from "node:buffer";

/**
 * The text of a file. UTF-16 is known by its byte order mark or by a zero beside the first character; anything else is read octet
 * by octet, since PEM is ASCII.
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (first === 0xff && second === 0xfe) return buffer.toString("utf16le", 2);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  if (first !== 0 && second === 0) return buffer.toString("utf16le");
  if (first === 0 && second !== 0) return new TextDecoder("utf-16be").decode(bytes);
  if (first === 0xef && second === 0xbb && bytes[2] === 0xbf) return buffer.toString("latin1", 3);
  return buffer.toString("latin1");
}
