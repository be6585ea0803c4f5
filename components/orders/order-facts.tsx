import Link from "next/link";
import { CHALLENGE_LABELS } from "@/components/issuers/challenge-words";
import { Card } from "@/components/ui/card";
import { FactList } from "@/components/ui/facts";
import { RelativeTime } from "@/components/ui/relative-time";
import { visibleText } from "@/lib/certificates/rules";
import { KEY_ALGORITHM_LABELS } from "@/lib/issuers/rules";
import type { OrderView } from "@/lib/orders/schema";
import { OrderStateTag } from "./order-state-tag";

type OrderFactsProps = { order: OrderView; mayManageIssuers: boolean; now: Date };

/** What was ordered of whom, and how it stands. */
export function OrderFacts({ order, mayManageIssuers, now }: OrderFactsProps) {
  const { issuer, names, keyAlgorithm, days, challenge, state, replacesId, certificateId } = order;
  return (
    <Card>
      <FactList
        facts={[
          { term: "State", value: <OrderStateTag state={state} />, note: nextText(order, now) },
          ...(certificateId === null
            ? []
            : [{ term: "Certificate", value: <CertificateLink id={certificateId} text="Show the certificate" /> }]),
          {
            term: "Issuer",
            value: mayManageIssuers ? (
              <Link href={{ pathname: `/settings/issuers/${issuer.id}` }} prefetch={false} className="link">
                {visibleText(issuer.name)}
              </Link>
            ) : (
              visibleText(issuer.name)
            ),
          },
          { term: "Names", value: <p className="whitespace-pre-line">{names.map(visibleText).join("\n")}</p> },
          {
            term: "Private key",
            value:
              keyAlgorithm === null
                ? "Kept elsewhere, with the CSR"
                : `${KEY_ALGORITHM_LABELS[keyAlgorithm]}, made here`,
          },
          ...(days === null ? [] : [{ term: "Valid for", value: days === 1 ? "1 day" : `${days} days` }]),
          ...(challenge === null ? [] : [{ term: "Challenge", value: CHALLENGE_LABELS[challenge] }]),
          ...(replacesId === null
            ? []
            : [{ term: "Renews", value: <CertificateLink id={replacesId} text="Show the certificate before it" /> }]),
          {
            term: "Requested",
            value: <RelativeTime date={order.requestedAt} now={now} />,
            note: `by ${visibleText(order.requestedByLabel)}`,
          },
        ]}
      />
    </Card>
  );
}

function CertificateLink({ id, text }: { id: string; text: string }) {
  return (
    <Link href={{ pathname: `/certificates/${id}` }} prefetch={false} className="link font-medium">
      {text}
    </Link>
  );
}

/** When somebody goes on with it, where that is not at once. */
function nextText({ isBusy, nextAttemptAt, state }: OrderView, now: Date) {
  if (state === "waiting_for_dns") return "Set the TXT records, then have them checked.";
  if (isBusy || nextAttemptAt === null || nextAttemptAt <= now) return undefined;
  return (
    <>
      Goes on <RelativeTime date={nextAttemptAt} now={now} />
    </>
  );
}
