/** Nesting beyond which nobody means well; the deepest body of the API has three levels. */
const DEPTH_LIMIT = 16;

export type StrictReading = { kind: "value"; value: unknown } | { kind: "refused"; sentence: string };

/**
 * Reads JSON (RFC 8259) from UTF-8 octets, and refuses what programs understand differently: octets that are no UTF-8, a
 * key twice in one object, and characters that no text can hold. Linear in the length.
 */
export function readStrictJson(octets: Uint8Array): StrictReading {
  const text = decode(octets);
  if (text === null) return refuse("The body is not UTF-8.");
  const parsed = parse(text);
  if (parsed === null) return refuse("The body is not JSON.");
  const fault = faultIn(text);
  return fault === null ? { kind: "value", value: parsed.value } : refuse(fault);
}

function refuse(sentence: string): StrictReading {
  return { kind: "refused", sentence };
}

function decode(octets: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(octets);
  } catch {
    // A TypeError is how the decoder says that these octets are no UTF-8.
    return null;
  }
}

function parse(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    // A SyntaxError is how the parser says that this is no JSON.
    return null;
  }
}

/** What is wrong with a text that is known to be JSON: its strings are complete and its brackets match. */
function faultIn(text: string): string | null {
  const open: (Set<string> | null)[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === "{" || character === "[") open.push(character === "{" ? new Set() : null);
    if (character === "}" || character === "]") open.pop();
    if (open.length > DEPTH_LIMIT) return `The body is nested deeper than ${DEPTH_LIMIT} levels.`;
    if (character !== '"') continue;
    const end = endOfString(text, index);
    const fault = faultOfString(text, { start: index, end, keys: open.at(-1) ?? null });
    if (fault !== null) return fault;
    index = end;
  }
  return null;
}

type Found = { start: number; end: number; keys: Set<string> | null };

function faultOfString(text: string, { start, end, keys }: Found): string | null {
  const isKey = keys !== null && isBeforeColon(text, end + 1);
  const raw = text.slice(start, end + 1);
  const string = isKey || raw.includes("\\u") ? String(JSON.parse(raw)) : "";
  if (/[\0\p{Cs}]/u.test(string)) return "The body holds a NUL or half a surrogate pair, which are no text.";
  if (!isKey) return null;
  if (keys.has(string)) return `The body has “${string.slice(0, 100)}” twice in one object.`;
  keys.add(string);
  return null;
}

function isBeforeColon(text: string, start: number): boolean {
  let index = start;
  while (/[ \t\r\n]/.test(text[index] ?? "")) index += 1;
  return text[index] === ":";
}

/** Where the quotation mark stands that ends the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (text[index] !== '"') index += text[index] === "\\" ? 2 : 1;
  return index;
}
