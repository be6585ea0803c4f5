import Link from "next/link";
import { BulkRetry } from "@/components/removals/bulk-retry";
import { OUTCOMES, outcomeCount } from "@/components/removals/bulk-words";
import { ButtonLink } from "@/components/ui/button-link";
import { Section } from "@/components/ui/section";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { visibleText } from "@/lib/certificates/rules";
import type { BulkCertificates, BulkOutcome, BulkView } from "@/lib/removal/schema";

type Props = {
  bulk: BulkView;
  outcome: BulkOutcome;
  page: BulkCertificates;
  /** False on later pages. */
  isFirst: boolean;
  mayDelete: boolean;
};

/** The certificates of a bulk deletion that has ended, by what became of them: one list at a time, chosen by a link. */
export function BulkOutcomes({ bulk, outcome, page, isFirst, mayDelete }: Props) {
  const shown = OUTCOMES.filter((each) => each.outcome === outcome || outcomeCount(bulk, each.outcome) > 0);
  const meaning = OUTCOMES.find((each) => each.outcome === outcome)?.meaning;
  const pathname = `/removals/bulk/${bulk.id}`;
  return (
    <Section
      title="Certificates"
      actions={
        outcome === "failed" && bulk.failed > 0 && mayDelete ? (
          <BulkRetry id={bulk.id} failed={bulk.failed} />
        ) : undefined
      }
    >
      <nav aria-label="Outcomes" className="mb-2.5 flex flex-wrap gap-1.5">
        {shown.map((each) => (
          <Link
            key={each.outcome}
            href={{ pathname, query: { outcome: each.outcome } }}
            prefetch={false}
            scroll={false}
            aria-current={each.outcome === outcome ? "true" : undefined}
            className="inline-flex h-7 items-center gap-1.5 rounded-full border border-line-strong px-2.5 text-sm font-medium text-muted hover:border-control hover:text-text aria-[current]:border-transparent aria-[current]:bg-accent-soft aria-[current]:text-text"
          >
            {each.label} <span className="tabular-nums">{outcomeCount(bulk, each.outcome).toLocaleString("en")}</span>
          </Link>
        ))}
      </nav>
      <p className="mb-1 text-muted">{page.rows.length === 0 ? "None." : meaning}</p>
      {page.rows.length === 0 ? null : <OutcomeTable rows={page.rows} hasErrors={outcome === "failed"} />}
      {isFirst && page.next === null ? null : (
        <nav aria-label="Pages" className="flex justify-end gap-2 pt-3">
          {isFirst ? null : (
            <ButtonLink href={{ pathname, query: { outcome } }} prefetch={false} scroll={false}>
              First page
            </ButtonLink>
          )}
          {page.next === null ? null : (
            <ButtonLink
              href={{ pathname, query: { outcome, after: page.next } }}
              rel="next"
              prefetch={false}
              scroll={false}
            >
              Next
            </ButtonLink>
          )}
        </nav>
      )}
    </Section>
  );
}

function OutcomeTable({ rows, hasErrors }: { rows: BulkCertificates["rows"]; hasErrors: boolean }) {
  return (
    <Table
      label="Certificates"
      head={
        <>
          <Th>Certificate</Th>
          {hasErrors ? <Th>What the database said</Th> : null}
          <Th>Now</Th>
        </>
      }
    >
      {rows.map((row) => (
        <Tr key={row.id}>
          <Td narrow="lead">
            <Link
              href={{ pathname: row.isInInventory ? `/certificates/${row.id}` : `/removals/${row.id}` }}
              prefetch={false}
              className="font-medium hover:underline"
            >
              <bdi>{visibleText(row.name)}</bdi>
            </Link>
          </Td>
          {hasErrors ? (
            <Td narrow="third" className="wrap-anywhere text-muted">
              {visibleText(row.error ?? "–")}
            </Td>
          ) : null}
          <Td narrow="second" className="whitespace-nowrap text-muted">
            {row.isInInventory ? "In the inventory" : "Removed"}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}
