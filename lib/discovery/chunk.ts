import "server-only";
import { sql } from "drizzle-orm";
import type { Transaction } from "@/drizzle/client";
import { discoveryFindings, discoveryScans } from "@/drizzle/schema/discovery";
import type { Scope } from "@/lib/auth/scope";
import { type Incoming, importCertificates } from "@/lib/certificates/import";
import { formatPem } from "@/lib/certificates/pem";
import { addServingEndpoint } from "@/lib/deployments/endpoints";
import { SERVICE_LIMIT } from "@/lib/deployments/rules";
import { readServed } from "@/lib/deployments/served";
import { ofScan, type ScanClaim } from "@/lib/discovery/claim";
import { UNREACHABLE_LISTED } from "@/lib/discovery/rules";
import type { ProbeAnswer } from "@/lib/endpoints/probe";
import { AppError } from "@/lib/errors";

/** An endpoint of a scan, and what a look at it found. */
export type Looked = { number: number; host: string; port: number; answer: ProbeAnswer };

type Chunk = { claim: ScanClaim; looked: Looked[]; now: Date; unreachableBefore: number };
type Finding = Omit<typeof discoveryFindings.$inferInsert, "accountId" | "scanId">;

/** Adds what was served to the inventory, with its endpoints, lists it and counts it: all in the caller's transaction. */
export async function noteChunk(tx: Transaction, scope: Scope, chunk: Chunk): Promise<void> {
  const { claim, looked } = chunk;
  const judged = looked.map((each) => ({ ...each, read: read(each.answer) }));
  const readable = judged.flatMap(({ read, ...each }) =>
    read.kind === "served" ? [{ ...each, group: read.group }] : [],
  );
  const certificates = await noteServed(tx, scope, { ...chunk, readable });
  const problems = judged.flatMap(({ number, host, port, read }) =>
    read.kind === "unreadable" || read.kind === "unreachable"
      ? [{ number, kind: read.kind, host, port, isNewEndpoint: false, problem: read.problem }]
      : [],
  );
  const countOf = (kind: string) =>
    judged.filter(({ read }) => read.kind === kind).length + certificates.filter((each) => each.kind === kind).length;
  const room = Math.max(0, UNREACHABLE_LISTED - chunk.unreachableBefore);
  const unreachable = problems.filter(({ kind }) => kind === "unreachable").slice(0, room);
  const findings: Finding[] = [
    ...certificates,
    ...problems.filter(({ kind }) => kind === "unreadable"),
    ...unreachable,
  ];
  const common = { accountId: scope.accountId, scanId: claim.id };
  if (findings.length > 0)
    await tx.insert(discoveryFindings).values(findings.map((finding) => ({ ...common, ...finding })));
  await tx
    .update(discoveryScans)
    .set({
      done: sql`${discoveryScans.done} + ${looked.length}`,
      added: sql`${discoveryScans.added} + ${countOf("added")}`,
      already: sql`${discoveryScans.already} + ${countOf("already")}`,
      unreadable: sql`${discoveryScans.unreadable} + ${countOf("unreadable")}`,
      unreachable: sql`${discoveryScans.unreachable} + ${countOf("unreachable")}`,
      forbidden: sql`${discoveryScans.forbidden} + ${countOf("forbidden")}`,
      endpoints: sql`${discoveryScans.endpoints} + ${certificates.filter(({ isNewEndpoint }) => isNewEndpoint).length}`,
    })
    .where(ofScan(scope, claim.id));
}

function read(answer: ProbeAnswer) {
  switch (answer.kind) {
    case "unreachable":
      return { kind: answer.forbidden ? ("forbidden" as const) : ("unreachable" as const), problem: answer.problem };
    case "served":
      try {
        const group = readServed([answer.leaf, ...answer.chain].map(formatPem).join("\n"));
        return { kind: "served" as const, group };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return { kind: "unreadable" as const, problem: error.message };
      }
  }
}

type Served = Chunk & { readable: (Looked & Pick<Incoming, "group">)[] };

async function noteServed(tx: Transaction, scope: Scope, { claim, readable, now }: Served) {
  const incoming = readable.map(({ group }) => ({
    ...{ group, givenName: null, source: "uploaded" as const, isSample: false },
  }));
  const imported = await importCertificates(scope, incoming, now, tx);
  const findings = [];
  for (const [index, { number, host, port }] of readable.entries()) {
    const certificate = imported[index];
    if (certificate === undefined) throw new Error("An import answered for fewer certificates than it was given");
    const { id: certificateId, kind, name } = certificate;
    const target = { host, port, serverName: null, protocol: claim.protocol };
    const service = host.slice(0, SERVICE_LIMIT);
    const isNewEndpoint = await addServingEndpoint(scope, { certificateId, target, service, now, within: tx });
    findings.push({ number, kind, host, port, certificateId, name, isNewEndpoint, problem: null });
  }
  return findings;
}
