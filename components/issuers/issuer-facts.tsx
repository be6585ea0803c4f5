import { Card } from "@/components/ui/card";
import { FactList } from "@/components/ui/facts";
import { RelativeTime } from "@/components/ui/relative-time";
import { visibleText } from "@/lib/certificates/rules";
import { ISSUER_KIND_LABELS } from "@/lib/issuers/rules";
import type { IssuerView } from "@/lib/issuers/schema";
import { CHALLENGE_LABELS } from "./challenge-words";
import { IssuerStateTag } from "./issuer-state";
import { issuedText } from "./issuers-table";

/** What is known of an issuer. */
export function IssuerFacts({ issuer, now }: { issuer: IssuerView; now: Date }) {
  const { kind, acme, retiredAt, maxDays, renewAutomatically, issued, addedAt, addedByLabel, caNotAfter } = issuer;
  return (
    <Card>
      <FactList
        facts={[
          {
            term: "State",
            value: <IssuerStateTag issuer={issuer} now={now} />,
            note:
              retiredAt === null ? undefined : (
                <>
                  since <RelativeTime date={retiredAt} now={now} />
                </>
              ),
          },
          { term: "Kind", value: ISSUER_KIND_LABELS[kind] },
          ...(acme === null ? [] : acmeFacts(acme)),
          ...(caNotAfter === null ? [] : [{ term: "CA expires", value: <RelativeTime date={caNotAfter} now={now} /> }]),
          ...(maxDays === null ? [] : [{ term: "Longest validity", value: daysText(maxDays) }]),
          {
            term: "Renewal",
            value: renewAutomatically ? "By itself, where the key is kept here" : "When somebody asks for it",
          },
          { term: "Certificates issued", value: issuedText(issued) },
          { term: "Added", value: <RelativeTime date={addedAt} now={now} />, note: `by ${visibleText(addedByLabel)}` },
        ]}
      />
    </Card>
  );
}

function acmeFacts({ directoryUrl, contact, hasCaBundle, challenge }: NonNullable<IssuerView["acme"]>) {
  return [
    {
      term: "Directory",
      value: <span className="wrap-anywhere">{directoryUrl}</span>,
      note: hasCaBundle ? "Trusted by a CA bundle of its own" : undefined,
    },
    { term: "Contact", value: contact === null ? <span className="text-muted">None</span> : visibleText(contact) },
    { term: "Challenge", value: CHALLENGE_LABELS[challenge] },
  ];
}

function daysText(days: number): string {
  return days === 1 ? "1 day" : `${days.toLocaleString("en")} days`;
}
