import Link from "next/link";
import { Card } from "@/components/ui/card";
import { FactList } from "@/components/ui/facts";
import { RelativeTime } from "@/components/ui/relative-time";
import { Section } from "@/components/ui/section";
import { visibleText } from "@/lib/certificates/rules";
import type { IssuanceView } from "@/lib/orders/schema";

type IssuanceProps = {
  issuance: IssuanceView;
  hasPrivateKey: boolean;
  /** Neither expired nor revoked. */
  isCurrent: boolean;
  mayManageIssuers: boolean;
  now: Date;
};

/** By whom a certificate was issued here, and how it goes on. */
export function Issuance({ issuance, hasPrivateKey, isCurrent, mayManageIssuers, now }: IssuanceProps) {
  const { issuer, orderId, renewedById, renewsId } = issuance;
  const name = visibleText(issuer.name);
  return (
    <Section title="Issuance">
      <Card>
        <FactList
          facts={[
            {
              term: "Issuer",
              value: mayManageIssuers ? (
                <Link href={{ pathname: `/settings/issuers/${issuer.id}` }} prefetch={false} className="link">
                  {name}
                </Link>
              ) : (
                name
              ),
              note: issuer.isRetired ? "Retired" : undefined,
            },
            ...(orderId === null
              ? []
              : [{ term: "Order", value: <ToPage href={`/certificates/orders/${orderId}`}>Show the order</ToPage> }]),
            {
              term: "Private key",
              value: hasPrivateKey ? "Kept here, encrypted" : "Not kept here",
            },
            ...(renewedById === null
              ? [{ term: "Next renewal", ...renewalOf(issuance, { isCurrent, now }) }]
              : [
                  {
                    term: "Renewed by",
                    value: <ToPage href={`/certificates/${renewedById}`}>The certificate that took its place</ToPage>,
                  },
                ]),
            ...(renewsId === null
              ? []
              : [
                  {
                    term: "Renews",
                    value: <ToPage href={`/certificates/${renewsId}`}>The certificate whose place it took</ToPage>,
                  },
                ]),
          ]}
        />
      </Card>
    </Section>
  );
}

function ToPage({ href, children }: { href: string; children: string }) {
  return (
    <Link href={{ pathname: href }} prefetch={false} className="link">
      {children}
    </Link>
  );
}

/** When it is renewed by itself, or why it is not. */
function renewalOf(
  { issuer, renewAt, renewalProblem }: IssuanceView,
  { isCurrent, now }: Pick<IssuanceProps, "isCurrent" | "now">,
) {
  const name = visibleText(issuer.name);
  if (!isCurrent) return { value: "None: it is not valid any more." };
  if (issuer.isRetired) return { value: `Not by itself: ${name} is retired.` };
  if (!issuer.renewAutomatically) return { value: `Not by itself: ${name} renews when somebody asks for it.` };
  const due = renewAt === null ? null : <RelativeTime date={renewAt} now={now} />;
  if (renewalProblem === null) return { value: due ?? "Not by itself." };
  return { value: visibleText(renewalProblem), note: due === null ? undefined : <>Tried again {due}</> };
}
