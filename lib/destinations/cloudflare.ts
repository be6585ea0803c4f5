import "server-only";
import type Cloudflare from "cloudflare";
import { z } from "zod";
import { type CopyOf, DestinationError } from "@/lib/destinations/adapter";
import { optionalAddress } from "@/lib/destinations/address";
import { cloudflareFailure } from "@/lib/destinations/cloudflare-failures";
import { bundleOf, fingerprintOf, readCertificate } from "@/lib/destinations/copy";
import { defineKind } from "@/lib/destinations/guard";
import { vettedFetch } from "@/lib/network/vetted-fetch";

/** What stays of a certificate's name beside the mark. */
const NAME_LIMIT = 140;
/** A longer list is not looked through for what an earlier try left. */
const PAGES_MAX = 50;
const PAGE_SIZE = 100;

const settings = z.object({
  accountId: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9-]{1,64}$/, "Enter the account's ID."),
  baseUrl: optionalAddress,
});

const credentials = z.object({ apiToken: z.string().trim().min(1, "Enter the API token.").max(1_000) });

/** Cloudflare's mTLS certificates. The remote id is the certificate's id; what is Certsweep's is told by its name's end. */
export const cloudflare = defineKind({
  settings,
  credentials,
  explain: cloudflareFailure,
  open: async ({ accountId, baseUrl }, { apiToken }, { networks }) => {
    const { default: Client } = await import("cloudflare");
    const client = new Client({
      ...{ apiToken, maxRetries: 0, fetch: vettedFetch(networks), logLevel: "off" },
      ...(baseUrl === undefined ? {} : { baseURL: baseUrl }),
    });
    const account: Account = { client, accountId };
    return {
      list: async (signal) => {
        await client.mtlsCertificates.list({ account_id: accountId }, { signal, query: { page: 1, per_page: 1 } });
      },
      push: (copy, remoteId, signal) => push(account, { copy, remoteId, signal }),
      look: async (copy, remoteId, signal) => {
        const there = await read(account, remoteId, signal);
        if (there === null) return { state: "absent", inUseBy: [] };
        const uses = await client.mtlsCertificates.associations.get(remoteId, { account_id: accountId }, { signal });
        const inUseBy = [...new Set(uses.result.flatMap(({ service }) => service ?? []))];
        return { state: isCopy(there, copy) ? "present" : "different", inUseBy };
      },
      remove: async (remoteId, copy, signal) => {
        const there = await read(account, remoteId, signal);
        if (there === null) return;
        if (!isCopy(there, copy)) throw notOurs(remoteId);
        await takeAway(account, remoteId, signal);
      },
    };
  },
});

type Account = { client: Cloudflare; accountId: string };
type There = { id?: string | undefined; name?: string | undefined; certificates?: string | undefined };
type Push = { copy: CopyOf; remoteId: string | null; signal: AbortSignal };

/** Certificates do not change there: another one is put first, and then the former is taken away. */
async function push(account: Account, { copy, remoteId, signal }: Push): Promise<{ remoteId: string }> {
  const former = remoteId === null ? null : await read(account, remoteId, signal);
  if (remoteId !== null && former !== null && isCopy(former, copy)) return { remoteId };
  const known = await findEarlier(account, copy, signal);
  const id = known ?? (await create(account, copy, signal));
  if (remoteId !== null && former !== null && isMarked(former, copy)) await takeAway(account, remoteId, signal);
  return { remoteId: id };
}

async function create({ client, accountId }: Account, copy: CopyOf, signal: AbortSignal): Promise<string> {
  const ca = readCertificate(copy.certificate)?.ca === true;
  if (!ca && copy.privateKey === null)
    throw new DestinationError(
      "rejected",
      "Cloudflare takes a certificate without its private key only where it is a CA's.",
    );
  const made = await client.mtlsCertificates.create(
    {
      ...{ account_id: accountId, ca, certificates: bundleOf(copy), name: nameFor(copy) },
      ...(copy.privateKey === null ? {} : { private_key: copy.privateKey }),
    },
    { signal },
  );
  if (made.id === undefined) throw new DestinationError("rejected", "Cloudflare answered without an id.");
  return made.id;
}

/** What a push left whose answer never arrived. The client reads one page and no more, so pages are asked for by number. */
async function findEarlier({ client, accountId }: Account, copy: CopyOf, signal: AbortSignal): Promise<string | null> {
  for (let page = 1; page <= PAGES_MAX; page++) {
    const query = { page, per_page: PAGE_SIZE };
    const { result } = await client.mtlsCertificates.list({ account_id: accountId }, { signal, query });
    const found = result.find((one) => isCopy(one, copy))?.id;
    if (found !== undefined) return found;
    // Fewer are the last; more are all there is, from a service that does not know pages.
    if (result.length !== PAGE_SIZE) return null;
  }
  return null;
}

async function read({ client, accountId }: Account, id: string, signal: AbortSignal): Promise<There | null> {
  try {
    return await client.mtlsCertificates.get(id, { account_id: accountId }, { signal });
  } catch (error) {
    if (cloudflareFailure(error)?.kind === "missing") return null;
    throw error;
  }
}

async function takeAway({ client, accountId }: Account, id: string, signal: AbortSignal): Promise<void> {
  try {
    await client.mtlsCertificates.delete(id, { account_id: accountId }, { signal });
  } catch (error) {
    if (cloudflareFailure(error)?.kind !== "missing") throw error;
  }
}

function isCopy(there: There, copy: Pick<CopyOf, "syncId" | "fingerprint">): boolean {
  return isMarked(there, copy) && fingerprintOf(there.certificates ?? "") === copy.fingerprint;
}

function isMarked({ name }: There, { syncId }: Pick<CopyOf, "syncId">): boolean {
  return name?.endsWith(markOf(syncId)) === true;
}

function nameFor(copy: CopyOf): string {
  return `${copy.name.slice(0, NAME_LIMIT)} ${markOf(copy.syncId)}`;
}

function markOf(syncId: string): string {
  return `(certsweep ${syncId})`;
}

function notOurs(id: string): DestinationError {
  return new DestinationError("rejected", `${id} is not this sync's copy, so it was left alone.`);
}
