/** How a server is asked for its certificate: TLS at once, or after a few words in its own protocol (STARTTLS). */
export const PROTOCOLS = ["tls", "smtp", "imap", "pop3", "ldap", "postgresql"] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export const PROTOCOL_LABELS: Record<Protocol, string> = {
  tls: "TLS",
  smtp: "SMTP with STARTTLS",
  imap: "IMAP with STARTTLS",
  pop3: "POP3 with STLS",
  ldap: "LDAP with StartTLS",
  postgresql: "PostgreSQL",
};

/** The ports on which a protocol is usually spoken, the most usual first. */
export const USUAL_PORTS: Record<Protocol, readonly [number, ...number[]]> = {
  tls: [443],
  smtp: [25, 587],
  imap: [143],
  pop3: [110],
  ldap: [389],
  postgresql: [5432],
};

/** Everything together: the look-up of the name, the connection, the handshake. */
export const PROBE_TIMEOUT_MS = 5_000;
/** What a peer may say altogether. Chains of ten certificates take less than a third of it. */
export const PROBE_READ_LIMIT = 65_536;
/** Over the whole process. */
export const PROBES_AT_ONCE = 20;

const HOST_LIMIT = 253;
const LABEL_LIMIT = 63;

export type ReadHost = { host: string; kind: "name" | "ipv4" | "ipv6" };

/**
 * Reads a host as people type it: a DNS name (given back in punycode and lower case, without a final dot), an IPv4
 * address in four decimal numbers, or an IPv6 address with or without brackets (given back without, shortened).
 * Answers with a sentence about what else it is.
 */
export function readHost(text: string): ReadHost | { problem: string } {
  const typed = text.trim();
  const problem = FOREIGN.find(({ found }) => found.test(typed))?.problem;
  if (problem !== undefined) return { problem };
  if (/^\[.*\]$|:.*:/.test(typed)) return readIpv6(typed.replace(/^\[|\]$/g, ""));
  if (typed.includes(":")) return { problem: "Enter the port in its own field." };
  return readNameOrIpv4(typed.replace(/\.$/, "").toLowerCase());
}

/** What hosts never have in them; looked for in this order. */
const FOREIGN = [
  { found: /^$/, problem: "Enter a host name or an IP address." },
  { found: /\//, problem: "Enter the host alone, without https:// and without a path." },
  { found: /@/, problem: "Enter the host alone, without a user name." },
  { found: /\s/, problem: "A host has no spaces in it." },
  { found: /%/, problem: "An address with a zone means something else on every machine. Enter it without one." },
  // Where an address of the web would end its host.
  { found: /[?#\\]/, problem: "This is neither a host name nor an IP address." },
];

const NO_HOST = { problem: "This is neither a host name nor an IP address." };
const TOO_LONG = { problem: `A host name has at most ${HOST_LIMIT} characters, and ${LABEL_LIMIT} between two dots.` };
const NO_IPV4 = { problem: "Write an IPv4 address as four decimal numbers from 0 to 255, such as 192.0.2.10." };
const IPV4 = /^((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(?!$)|$)){4}$/;
/** Where systems read a number in the last place they read the whole as an IPv4 address: 0x7f.1 is 127.0.0.1. */
const ENDS_AS_NUMBER = /(^|\.)(\d+|0x[\da-f]*)$/;
const LABEL = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/;

function readIpv6(typed: string): ReadHost | { problem: string } {
  const read = /^[\da-f:.]+$/i.test(typed) ? hostOf(`[${typed}]`) : null;
  return read === null ? { problem: "This is not an IPv6 address." } : { host: read.slice(1, -1), kind: "ipv6" };
}

function readNameOrIpv4(typed: string): ReadHost | { problem: string } {
  if (IPV4.test(typed)) return { host: typed, kind: "ipv4" };
  if (ENDS_AS_NUMBER.test(typed)) return NO_IPV4;
  // Beyond this it is long in punycode too, which no letter makes shorter than a quarter.
  const host = typed.length > 4 * HOST_LIMIT ? "" : hostOf(typed);
  if (host === "") return TOO_LONG;
  if (host === null) return NO_HOST;
  // Digits of other scripts, and signs that stand for nothing, become an address only here.
  if (ENDS_AS_NUMBER.test(host)) return NO_IPV4;
  const labels = host.split(".");
  if (host.length > HOST_LIMIT || labels.some((label) => label.length > LABEL_LIMIT)) return TOO_LONG;
  return labels.every((label) => LABEL.test(label)) ? { host, kind: "name" } : NO_HOST;
}

/** As browsers and Node read it (UTS #46); null when they do not. */
function hostOf(typed: string): string | null {
  return URL.canParse(`https://${typed}/`) ? new URL(`https://${typed}/`).hostname.replace(/\.$/, "") : null;
}
