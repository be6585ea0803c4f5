import { Buffer } from "node:buffer";
import { isIP } from "node:net";
import { explicit, implicit, sequence } from "./der";
import { extension } from "./fields";
import { addressOctets, type CertificateName, readName } from "./names";

/** What an authority may certify. DNS names cover themselves and everything below; addresses come as networks, "10.0.0.0/8". */
export type NameConstraints = {
  permittedDns: string[];
  permittedIps: string[];
  excludedDns: string[];
  excludedIps: string[];
};

export const NO_CONSTRAINTS: NameConstraints = { permittedDns: [], permittedIps: [], excludedDns: [], excludedIps: [] };

const NETWORK = /^(.+)\/(\d{1,3})$/;
const EVERY_NETWORK = ["0.0.0.0/0", "::/0"] as const;

/**
 * Reads constraints as people write them, domains and networks in one list: or says in a sentence which of them means
 * nothing. A single address is a network of one.
 */
export function readConstraints(given: {
  permitted: readonly string[];
  excluded: readonly string[];
}): NameConstraints | { sentence: string } {
  const permitted = readList(given.permitted);
  if ("sentence" in permitted) return permitted;
  const excluded = readList(given.excluded);
  if ("sentence" in excluded) return excluded;
  return completed({
    ...{ permittedDns: permitted.domains, permittedIps: permitted.networks },
    ...{ excludedDns: excluded.domains, excludedIps: excluded.networks },
  });
}

function readList(texts: readonly string[]): { domains: string[]; networks: string[] } | { sentence: string } {
  const list: { domains: string[]; networks: string[] } = { domains: [], networks: [] };
  for (const text of texts.map((given) => given.trim())) {
    const bits = isIP(text) === 4 ? "/32" : isIP(text) === 6 ? "/128" : "";
    if (NETWORK.test(text) || bits !== "") {
      const network = readNetwork(text + bits);
      if (network === null) return { sentence: `“${text}” is no network, as 10.0.0.0/8 or 2001:db8::/32 are.` };
      list.networks.push(network);
      continue;
    }
    const name = readName(text);
    if ("sentence" in name) return name;
    if (name.value.startsWith("*"))
      return { sentence: `“${text}” is no domain. It covers what lies below it without a star.` };
    list.domains.push(name.value);
  }
  return list;
}

/**
 * RFC 5280 leaves a kind of name free when none of that kind is permitted. Who permits a domain means no addresses with
 * it, and the other way round: so the other kind is excluded whole, where nothing of it is permitted.
 */
function completed(read: NameConstraints): NameConstraints {
  const { permittedDns, permittedIps } = read;
  if (permittedDns.length > 0 && permittedIps.length === 0) return { ...read, excludedIps: [...EVERY_NETWORK] };
  if (permittedIps.length > 0 && permittedDns.length === 0) return { ...read, excludedDns: [""] };
  return read;
}

function readNetwork(text: string): string | null {
  const [, address = "", bits = ""] = NETWORK.exec(text) ?? [];
  const family = isIP(address);
  if (family === 0 || address.includes("%") || Number(bits) > (family === 4 ? 32 : 128)) return null;
  const name = readName(address);
  if ("sentence" in name) return null;
  const octets = addressOctets(address);
  // Bits behind the mask would say two things at once.
  const mask = maskOf(octets.length, Number(bits));
  return octets.every((octet, index) => (octet & ~(mask[index] ?? 0) & 0xff) === 0)
    ? `${name.value}/${Number(bits)}`
    : null;
}

function maskOf(length: number, bits: number): Buffer {
  const octets = Array.from({ length }, (_, index) => 0xff & ~(0xff >> Math.max(0, Math.min(8, bits - 8 * index))));
  return Buffer.from(octets);
}

/** The critical extension (RFC 5280 §4.2.1.10) in DER, or none where nothing is constrained. */
export function constraintsExtension(constraints: NameConstraints): Buffer[] {
  const { permittedDns, permittedIps, excludedDns, excludedIps } = constraints;
  const permitted = subtrees(permittedDns, permittedIps);
  const excluded = subtrees(excludedDns, excludedIps);
  if (permitted.length + excluded.length === 0) return [];
  const value = sequence(
    ...(permitted.length > 0 ? [explicit(0, ...permitted)] : []),
    ...(excluded.length > 0 ? [explicit(1, ...excluded)] : []),
  );
  return [extension("2.5.29.30", value, true)];
}

function subtrees(domains: string[], networks: string[]): Buffer[] {
  return [
    ...domains.map((domain) => sequence(implicit(2, Buffer.from(domain)))),
    ...networks.map((network) => sequence(implicit(7, networkOctets(network)))),
  ];
}

/** Address and mask, as the standard writes networks. */
function networkOctets(network: string): Buffer {
  const [address = "", bits = ""] = network.split("/");
  const octets = addressOctets(address);
  return Buffer.concat([octets, maskOf(octets.length, Number(bits))]);
}

/**
 * A sentence about the first name that these constraints do not let through; null when they let through all. A wildcard
 * is also kept out of a domain of which some host below its star is excluded.
 */
export function refusedByConstraints(names: readonly CertificateName[], constraints: NameConstraints): string | null {
  for (const name of names) {
    const { permitted, excluded } = listsFor(name, constraints);
    const isPermitted = permitted.length === 0 || permitted.some((base) => covers(base, name));
    if (!isPermitted || excluded.some((base) => covers(base, name) || reaches(name, base)))
      return `The issuer may not certify “${name.value}”: its name constraints keep it out.`;
  }
  return null;
}

function listsFor({ kind }: CertificateName, constraints: NameConstraints) {
  return kind === "dns"
    ? { permitted: constraints.permittedDns, excluded: constraints.excludedDns }
    : { permitted: constraints.permittedIps, excluded: constraints.excludedIps };
}

function covers(base: string, { kind, value }: CertificateName): boolean {
  if (kind === "dns") return base === "" || value === base || value.endsWith(`.${base}`);
  const network = networkOctets(base);
  const address = addressOctets(value);
  if (network.length !== address.length * 2) return false;
  const mask = network.subarray(address.length);
  return address.every((octet, index) => (octet & (mask[index] ?? 0)) === network[index]);
}

/** Whether a wildcard stands for a host that is the base or has it below. */
function reaches({ kind, value }: CertificateName, base: string): boolean {
  return kind === "dns" && value.startsWith("*.") && base.split(".").slice(1).join(".") === value.slice(2);
}
