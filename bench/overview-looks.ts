import type { z } from "zod";
import type { Scope } from "@/lib/auth/scope";
import { listCertificates } from "@/lib/certificates/queries";
import { listQuery } from "@/lib/certificates/schema";
import { summariseCertificates } from "@/lib/certificates/summary";

/** What people look at, in turn. */
const LOOKS: z.output<typeof listQuery>[] = [{}, { status: "expired" }, { status: "valid" }, { sort: "name" }].map(
  (look) => listQuery.parse(look),
);

/** Milliseconds of the rows and of the figures of one look. */
export type LookTimes = { list: number; summary: number };

/** As the page asks: the rows and the figures, in parallel. */
export async function lookAtOverview(scope: Scope, turn: number): Promise<LookTimes> {
  const look = LOOKS[turn % LOOKS.length] ?? listQuery.parse({});
  const now = new Date();
  const begun = performance.now();
  const taken = () => performance.now() - begun;
  const [list, summary] = await Promise.all([
    listCertificates(scope, look, now).then(taken),
    summariseCertificates(scope, look, now).then(taken),
  ]);
  return { list, summary };
}
