import Link from "next/link";
import { Sub, Table, Td, Th, Tr } from "@/components/ui/table";
import { COUNT_CAP, visibleText } from "@/lib/certificates/rules";
import { formatDateUtc, formatRelative } from "@/lib/dates/rules";
import { ISSUER_KIND_LABELS } from "@/lib/issuers/rules";
import type { IssuerView } from "@/lib/issuers/schema";
import { IssuerStateTag } from "./issuer-state";

/** The issuers of the account, each with a link to its own page. */
export function IssuersTable({ issuers, now }: { issuers: readonly IssuerView[]; now: Date }) {
  return (
    <Table
      label="Issuers"
      head={
        <>
          <Th>Name</Th>
          <Th>State</Th>
          <Th align="end">Certificates issued</Th>
          <Th>CA expires</Th>
        </>
      }
    >
      {issuers.map((issuer) => (
        <Tr key={issuer.id}>
          <Td narrow="lead">
            <Link
              href={{ pathname: `/settings/issuers/${issuer.id}` }}
              prefetch={false}
              className="font-medium hover:underline"
            >
              <bdi>{visibleText(issuer.name)}</bdi>
            </Link>
            <Sub> {ISSUER_KIND_LABELS[issuer.kind]}</Sub>
          </Td>
          <Td narrow="second">
            <IssuerStateTag issuer={issuer} now={now} />
          </Td>
          <Td narrow="third" className="wide:text-right">
            {issuedText(issuer.issued)}
            <span className="text-sm text-muted wide:hidden"> issued</span>
          </Td>
          <Td narrow="below" className="max-wide:text-sm">
            <CaExpiry issuer={issuer} now={now} />
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

/** How many certificates, as far as they are counted. */
export function issuedText(count: number): string {
  return count > COUNT_CAP ? `${COUNT_CAP.toLocaleString("en")}+` : count.toLocaleString("en");
}

function CaExpiry({ issuer: { caNotAfter }, now }: { issuer: IssuerView; now: Date }) {
  if (caNotAfter === null) return <span className="text-faint max-wide:sr-only">Not known here</span>;
  return (
    <time dateTime={caNotAfter.toISOString()}>
      <span className="text-muted wide:hidden">CA expires </span>
      {formatDateUtc(caNotAfter)} <span className="text-sm text-muted">UTC</span>
      <Sub hideNarrow>{formatRelative(caNotAfter, now)}</Sub>
    </time>
  );
}
