import "server-only";
import { lookup } from "node:dns/promises";
import { AppError } from "@/lib/errors";
import { type Networks, refusalOf } from "@/lib/network/rules";

/** An address that was looked up once and found allowed: connect to this very one, since the name may change its mind. */
export type Destination = { address: string; family: number };

/** How a name is looked up: all its addresses. An IP address stands for itself. */
export type LookUp = (host: string) => Promise<Destination[]>;

const askSystem: LookUp = (host) => lookup(host, { all: true });

/**
 * Looks up a host name, or takes an IP address as it is (without brackets), and answers with its first address that may
 * be connected to.
 * @throws AppError "blocked" when none may be, with the reason of the first; errors of node:dns when there is none
 */
export async function resolveAllowed(
  host: string,
  networks: Networks,
  lookUp: LookUp = askSystem,
): Promise<Destination> {
  const found = await lookUp(host);
  const allowed = found.find(({ address }) => refusalOf(address, networks) === null);
  if (allowed !== undefined) return allowed;
  throw new AppError("blocked", refusalOf(found[0]?.address ?? "", networks) ?? "This name has no address.");
}
