import { BlockList, isIP, SocketAddress } from "node:net";

/** What CERTSWEEP_PROBE_NETWORKS may name, beside networks such as 10.20.0.0/16. */
export const NETWORK_WORDS = ["public", "private", "loopback"] as const;
export type NetworkWord = (typeof NETWORK_WORDS)[number];

/** A console inside a company talks to private addresses; to itself it has nothing to say. */
export const DEFAULT_NETWORKS = "public,private";

/** Where this server may connect to on somebody's request. */
export type Networks = { words: readonly NetworkWord[]; listed: BlockList };

/** What an address is. Nobody may connect to the first ones, whatever the settings say. */
export const ADDRESS_KINDS = [
  "unspecified",
  "metadata",
  "link_local",
  "multicast",
  "reserved",
  "loopback",
  "private",
] as const;
type SpecialKind = (typeof ADDRESS_KINDS)[number];
export type AddressKind = SpecialKind | "public";

/** IANA's registries of special addresses, and those under which clouds hand out credentials. In the order of asking. */
const RANGES: Record<SpecialKind, readonly string[]> = {
  unspecified: ["0.0.0.0/8", "::/128"],
  metadata: [
    ...["168.63.129.16/32", "100.100.100.200/32", "192.0.0.192/32"],
    ...["fd00:ec2::/32", "fd20:ce::254/128", "fd00:42::42/128", "fd00:c1::a9fe:a9fe/128"],
  ],
  link_local: ["169.254.0.0/16", "fe80::/10"],
  multicast: ["224.0.0.0/4", "ff00::/8"],
  // Among them what carries an IPv4 address in another one: nobody can tell where that ends.
  reserved: ["240.0.0.0/4", "2001::/32", "2002::/16", "64:ff9b:1::/48", "::ffff:0:0:0/96"],
  loopback: ["127.0.0.0/8", "::1/128"],
  private: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "fec0::/10"],
};

const LISTS = ADDRESS_KINDS.map((kind) => ({ kind, list: listOf(RANGES[kind]) }));
/** The obsolete ::a.b.c.d; it holds :: and ::1 too, which have been asked for before. */
const COMPATIBLE = listOf(["::/96"]);

/** What kind of address this is; null for what is no IP address. */
export function kindOf(address: string): AddressKind | null {
  const version = isIP(address);
  if (version === 0) return null;
  // With a zone, "fe80::1%eth0": it counts on one link only.
  if (address.includes("%")) return "link_local";
  // Read once for all lists.
  const read = new SocketAddress({ address, family: version === 6 ? "ipv6" : "ipv4" });
  const special = LISTS.find(({ list }) => list.check(read));
  if (special !== undefined) return special.kind;
  return version === 6 && COMPATIBLE.check(read) ? "reserved" : "public";
}

/** Why nothing may be sent to this address, as a sentence; null when it may be. */
export function refusalOf(address: string, networks: Networks): string | null {
  const kind = kindOf(address);
  switch (kind) {
    case null:
      return "This is not an IP address.";
    case "unspecified":
    case "metadata":
    case "link_local":
    case "multicast":
    case "reserved":
      return `${address} is a ${WORDS[kind]} address. Certsweep never connects to those.`;
    case "loopback":
    case "private":
    case "public":
      if (networks.words.includes(kind) || networks.listed.check(address, familyOf(address))) return null;
      return `${address} is a ${kind} address. The server's setting CERTSWEEP_PROBE_NETWORKS does not allow it.`;
  }
}

const WORDS = {
  unspecified: "nameless",
  metadata: "cloud metadata",
  link_local: "link-local",
  multicast: "multicast",
  reserved: "reserved",
} as const;

/** Reads "public,private,10.20.0.0/16"; null when a part of it is neither a word nor a network. */
export function parseNetworks(text: string): Networks | null {
  const parts = text.split(",").map((part) => part.trim().toLowerCase());
  const words = NETWORK_WORDS.filter((word) => parts.includes(word));
  const listed = new BlockList();
  for (const part of parts) {
    if (words.some((word) => word === part)) continue;
    if (!addNetwork(listed, part)) return null;
  }
  return { words, listed };
}

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) addNetwork(list, range);
  return list;
}

/** Adds a network, an IPv4 one also as NAT64 writes it (RFC 6052); false when the text is none. */
function addNetwork(list: BlockList, text: string): boolean {
  const network = parseNetwork(text);
  if (network === null) return false;
  const { address, prefix } = network;
  list.addSubnet(address, prefix, familyOf(address));
  if (isIP(address) === 4) list.addSubnet(`64:ff9b::${address}`, 96 + prefix, "ipv6");
  return true;
}

/** Reads "10.20.0.0/16" or "2001:db8::/32"; null when the text is neither. */
export function parseNetwork(text: string): { address: string; prefix: number } | null {
  const [address = "", digits = "", ...rest] = text.split("/");
  const version = isIP(address);
  const prefix = Number(digits);
  if (version === 0 || rest.length > 0 || !/^\d{1,3}$/.test(digits) || prefix > (version === 6 ? 128 : 32)) return null;
  return { address, prefix };
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}
