import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { z } from "zod";
import { RefreshWhile } from "@/components/cleanup/refresh-while";
import { RunFacts } from "@/components/cleanup/run-facts";
import { ButtonLink } from "@/components/ui/button-link";
import { PageHeader } from "@/components/ui/page-header";
import { admitToPage } from "@/lib/auth/gate";
import { readRun } from "@/lib/cleanup/history";
import { heldRunAddress, runAddress } from "@/lib/cleanup/schema";
import { formatDateTimeUtc } from "@/lib/dates/rules";
import { ForeseenCertificates } from "./foreseen-certificates";
import { RunCertificates } from "./run-certificates";

export const metadata: Metadata = { title: "Cleanup run" };

export default async function CleanupRunPage({ params, searchParams }: PageProps<"/settings/cleanup/runs/[id]">) {
  const now = new Date();
  const scope = await admitToPage("cleanup:manage", now);
  const id = z.uuid().safeParse((await params).id).data;
  const found = id === undefined ? null : await readRun(scope, id);
  if (found === null) notFound();
  const { run, isLatest } = found;
  const address = await searchParams;
  const isGoing = run.status === "running" || (run.status === "held" && run.approvedAt !== null);
  return (
    <>
      <PageHeader
        title={`Cleanup run of ${formatDateTimeUtc(new Date(run.startedAt))}`}
        actions={
          <>
            <ButtonLink href="/settings/cleanup/runs">All runs</ButtonLink>
            <ButtonLink href="/settings/cleanup">Certificate Cleanup</ButtonLink>
          </>
        }
      />
      {isGoing ? <RefreshWhile /> : null}
      <RunFacts run={run} now={now} />
      {run.status === "held" ? (
        <ForeseenCertificates {...{ scope, run, isLatest, now }} address={heldRunAddress.parse(address)} />
      ) : (
        <RunCertificates {...{ scope, run, now }} address={runAddress.parse(address)} />
      )}
    </>
  );
}
