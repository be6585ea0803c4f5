import { Buffer } from "node:buffer";
import { isIPv4, isIPv6, SocketAddress } from "node:net";
import { domainToUnicode } from "node:url";
import { formatAddress } from "@/lib/certificates/parse-general-name";
import { NAMES_MAX } from "@/lib/orders/rules";

/** A name that a certificate is for, in the one form in which it is kept and compared. */
export type CertificateName = { kind: "dns" | "ip"; value: string };

/** Longer ones cannot be a common name (RFC 5280, ub-common-name). */
export const COMMON_NAME_LIMIT = 64;

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const SHOWN = 80;

/**
 * Brings names into their one form: lower case, without a final dot, IPv6 as in RFC 5952, each once and in the order in
 * which they came. Answers with a sentence where one cannot be in a certificate.
 */
export function readNames(texts: readonly string[]): { names: CertificateName[] } | { sentence: string } {
  const names = new Map<string, CertificateName>();
  for (const text of texts) {
    const name = readName(text);
    if ("sentence" in name) return name;
    names.set(name.value, name);
  }
  if (names.size === 0) return { sentence: "Name at least one host or address." };
  if (names.size > NAMES_MAX) return { sentence: `A certificate has at most ${NAMES_MAX} names.` };
  return { names: [...names.values()] };
}

/** Brings one name into its form. A DNS name may begin with "*."; internationalised ones come as A-labels ("xn--"). */
export function readName(text: string): CertificateName | { sentence: string } {
  const given = text.trim();
  const said = `“${given.length > SHOWN ? `${given.slice(0, SHOWN)}…` : given}”`;
  if (isIPv4(given)) return { kind: "ip", value: given };
  const bare = /^\[.+\]$/.test(given) ? given.slice(1, -1) : given;
  if (bare.includes("%")) return { sentence: `${said} has a zone, which no certificate can name.` };
  if (isIPv6(bare)) return { kind: "ip", value: formatAddress(addressOctets(bare)) ?? bare };
  const value = given.toLowerCase().replace(/\.$/, "");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: everything beyond ASCII is meant.
  if (/[^\x00-\x7f]/.test(value)) {
    return { sentence: `${said} has letters beyond ASCII. Write its labels in their form for the wire, “xn--…”.` };
  }
  const problem = problemOfHost(value.replace(/^\*\./, ""), value);
  return problem === null ? { kind: "dns", value } : { sentence: `${said} ${problem}` };
}

function problemOfHost(host: string, whole: string): string | null {
  if (host.includes("*")) return "has a star elsewhere than alone in front, as in “*.example.com”.";
  const labels = host.split(".");
  if (host === "" || whole.length > 253 || !labels.every((label) => LABEL.test(label))) {
    return "is neither a DNS name nor an IP address.";
  }
  if (/^\d+$/.test(labels.at(-1) ?? "")) return "is neither a DNS name nor an IP address.";
  const reserved = labels.filter((label) => label.slice(2, 4) === "--");
  if (reserved.some((label) => !label.startsWith("xn--") || domainToUnicode(label) === "")) {
    return "has a label in the form for internationalised names that says nothing.";
  }
  return null;
}

/** The four or sixteen octets of an address. */
export function addressOctets(address: string): Buffer<ArrayBuffer> {
  if (isIPv4(address)) return Buffer.from(address.split(".").map(Number));
  const { address: text } = new SocketAddress({ address, family: "ipv6" });
  // The last 32 bits may be written as IPv4.
  const mapped = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const last = mapped === null ? [] : [...addressOctets(mapped[2] ?? "")];
  const [head = "", tail] = (mapped === null ? text : (mapped[1] ?? "").replace(/([^:]):$/, "$1")).split("::");
  const octetsOf = (part: string) =>
    (part === "" ? [] : part.split(":")).flatMap((group) => {
      const value = Number.parseInt(group, 16);
      return [value >> 8, value & 0xff];
    });
  const before = octetsOf(head);
  const after = [...octetsOf(tail ?? ""), ...last];
  return Buffer.from([...before, ...new Array(16 - before.length - after.length).fill(0), ...after]);
}
