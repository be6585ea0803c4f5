import { insertCertificates, insertDeployment, insertPerson, insertSync, TEST_NOW } from "@/drizzle/test-rows";
import type { PersonScope } from "@/lib/auth/scope";
import { DAY_MS, type Status, statusOf, type UseFilter } from "@/lib/certificates/rules";
import type { EndpointState } from "@/lib/deployments/rules";

const now = TEST_NOW;
const days = (count: number) => new Date(now.getTime() + count * DAY_MS);

/** Nothing, an endpoint in each of its states, noted, reported by nobody yet, synced, failing to sync, copied no more. */
const KINDS = [
  "none",
  "serving",
  "unreachable",
  "never_checked",
  "moved_on",
  "noted",
  "synced",
  "failed",
  "disabled",
  "removed",
  "serving and synced",
  "moved on and synced",
] as const;
type Kind = (typeof KINDS)[number];

/** What each choice of the filter In use is to let through. */
export const IS: Record<UseFilter, (kind: Kind) => boolean> = {
  any: (kind) => !["none", "moved_on", "disabled", "removed"].includes(kind),
  serving: (kind) => kind.startsWith("serving"),
  synced: (kind) => ["synced", "failed", "serving and synced", "moved on and synced"].includes(kind),
  none: (kind) => !IS.any(kind),
};

/** The columns of an endpoint that was found so at TEST_NOW. */
export function endpointIn(state: EndpointState) {
  const checkedAt = state === "never_checked" ? null : now;
  const served = { servedFingerprint: "ab".repeat(32), servedChain: "-----" };
  return {
    ...{ kind: "endpoint" as const, host: "web.test", port: 443, protocol: "tls" as const, state, checkedAt },
    ...{ stateSince: now, nextCheckAt: now },
    ...(state === "moved_on" ? served : {}),
    ...(state === "unreachable" ? { problem: "Nothing listens there." } : {}),
  };
}

async function makeUse({ accountId }: PersonScope, id: string, kind: Kind): Promise<void> {
  const endpoint = (state: EndpointState) => insertDeployment(accountId, id, endpointIn(state));
  switch (kind) {
    case "none":
      return;
    case "noted":
      return void (await insertDeployment(accountId, id));
    case "synced":
      return void (await insertSync(accountId, id));
    case "failed":
    case "removed":
      return void (await insertSync(accountId, id, { state: kind }));
    case "disabled":
      return void (await insertSync(accountId, id, { enabled: false }));
    case "serving and synced":
      return void (await Promise.all([endpoint("serving"), insertSync(accountId, id)]));
    case "moved on and synced":
      return void (await Promise.all([endpoint("moved_on"), insertSync(accountId, id)]));
    default:
      return void (await endpoint(kind));
  }
}

export type Made = { id: string; name: string; notAfter: Date; kind: Kind; status: Status; free: boolean };

/** An inventory in which statuses, sources and ways of being in use are mixed. */
export async function insertUsed(count: number): Promise<{ scope: PersonScope; all: Made[] }> {
  const scope = await insertPerson();
  const rows = Array.from({ length: count }, (_, number) => ({
    name: `${number % 3 === 0 ? "shop" : "mail"}-${number % 7}.example.test`,
    notBefore: number % 11 === 0 ? days(1) : days(-200),
    notAfter: days((number % 40) * 5 - 90),
    revokedAt: number % 13 === 0 ? days(-1) : null,
    source: number % 2 === 0 ? ("issued" as const) : ("uploaded" as const),
  })).map((row) => ({ ...row, notBefore: row.notBefore < row.notAfter ? row.notBefore : days(-200) }));
  const made = await insertCertificates(scope.accountId, rows);
  const all = rows.map((row, number) => {
    const kind = KINDS[(number * 5) % KINDS.length] ?? "none";
    const status = statusOf(row, now);
    const isLive = row.source === "issued" && status !== "expired" && status !== "revoked";
    return { ...row, id: made[number]?.id ?? "", kind, status, free: IS.none(kind) && !isLive };
  });
  for (const { id, kind } of all) await makeUse(scope, id, kind);
  // Another account's uses are none of this one's.
  const other = await insertPerson();
  const [theirs] = await insertCertificates(other.accountId, [{ name: "shop-0.example.test" }]);
  await makeUse(other, theirs?.id ?? "", "serving and synced");
  return { scope, all };
}
