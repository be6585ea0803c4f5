import "server-only";
import { type Resolver, Resolver as SystemResolver } from "node:dns/promises";
import { isIP } from "node:net";
import { env } from "@/lib/env";
import { resolveAllowed } from "@/lib/network/resolve";

/** Looks up the TXT records of a name: their values, none where there are none. */
export type TxtLookUp = (name: string) => Promise<string[]>;

const TIMEOUT = { timeout: 3_000, tries: 2 };
/** A zone's servers that are asked. */
const SERVERS_ASKED = 3;
const NOTHING = new Set(["ENODATA", "ENOTFOUND"]);

/**
 * Asks the servers that the zone of the name is at, which know of a change first, and where these know nothing the server's
 * own resolver, which follows a CNAME elsewhere. @throws errors of node:dns where nobody answers
 */
export const lookUpTxt: TxtLookUp = async (name) => {
  const system = new SystemResolver(TIMEOUT);
  const authoritative = await authoritativeFor(name, system);
  const values = authoritative === null ? [] : await askTxt(authoritative, name).catch(() => []);
  return values.length > 0 ? values : await askTxt(system, name);
};

/** The values, each of its pieces put together; none where the name or the records do not exist. */
export async function askTxt(resolver: Resolver, name: string): Promise<string[]> {
  try {
    return (await resolver.resolveTxt(name)).map((pieces) => pieces.join(""));
  } catch (error) {
    if (error instanceof Error && "code" in error && NOTHING.has(String(error.code))) return [];
    throw error;
  }
}

/** A resolver that asks the zone's own servers; null where they cannot be found or may not be asked. */
async function authoritativeFor(name: string, system: Resolver): Promise<Resolver | null> {
  const labels = name.split(".");
  for (let first = 1; first < labels.length - 1; first += 1) {
    const hosts = await system.resolveNs(labels.slice(first).join(".")).catch(() => []);
    if (hosts.length === 0) continue;
    const found = await Promise.all(hosts.slice(0, SERVERS_ASKED).map((host) => addressOf(host)));
    const addresses = found.flatMap((address) => (address === null ? [] : [address]));
    if (addresses.length === 0) return null;
    const resolver = new SystemResolver(TIMEOUT);
    resolver.setServers(addresses);
    return resolver;
  }
  return null;
}

async function addressOf(host: string): Promise<string | null> {
  try {
    const { address } = await resolveAllowed(host, env().CERTSWEEP_PROBE_NETWORKS);
    return isIP(address) === 6 ? `[${address}]:53` : address;
  } catch {
    // One that has no address, or none that may be connected to: the others and the system's resolver are left.
    return null;
  }
}
