import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";
import { FactList } from "@/components/ui/facts";
import { RelativeTime } from "@/components/ui/relative-time";
import { Section } from "@/components/ui/section";
import {
  CHECK_ANSWER_LABELS,
  CHECK_SOURCE_LABELS,
  type CheckStanding,
  freshSentence,
  NOBODY_TO_ASK,
  type RevokedStanding,
  reasonLabel,
} from "@/lib/revocation/check-rules";

type Props = {
  revoked: RevokedStanding | null;
  check: CheckStanding | null;
  /** The certificate names an address at which its CA can be asked. */
  isAskable: boolean;
  actions: ReactNode;
  now: Date;
};

/** What is known of a certificate's revocation: who revoked it, or what its CA said when it was asked last. */
export function RevocationSection({ revoked, check, isAskable, actions, now }: Props) {
  return (
    <Section title="Revocation" actions={actions}>
      <Card>
        {revoked === null && check === null ? (
          <p className="px-4 py-3 text-muted wide:px-[18px]">
            {isAskable ? "Its CA has not been asked yet." : NOBODY_TO_ASK}
          </p>
        ) : (
          <FactList facts={[...revokedFacts(revoked, now), ...checkFacts(check, { isOver: revoked !== null, now })]} />
        )}
      </Card>
    </Section>
  );
}

function revokedFacts(revoked: RevokedStanding | null, now: Date) {
  if (revoked === null) return [];
  const { revokedAt, reason, origin } = revoked;
  return [
    {
      term: "Revoked",
      value: <RelativeTime date={revokedAt} now={now} />,
      note: origin === "ca" ? "By its CA, as it says when it is asked" : "From here, and its CA has confirmed it",
    },
    { term: "Reason", value: reasonLabel(reason) },
  ];
}

function checkFacts(check: CheckStanding | null, { isOver, now }: { isOver: boolean; now: Date }) {
  if (check === null) return [];
  const { answer, source, checkedAt, problem, freshUntil, nextCheckAt } = check;
  const next = { term: "Next check", value: nextText(nextCheckAt, now) };
  if (answer === null || checkedAt === null) return [{ term: "Last check", value: "Never" }, ...(isOver ? [] : [next])];
  return [
    {
      term: "Last check",
      value: <RelativeTime date={checkedAt} now={now} />,
      note: source === null ? null : `By ${CHECK_SOURCE_LABELS[source]}`,
    },
    {
      term: "Answer",
      value: CHECK_ANSWER_LABELS[answer],
      note: problem ?? (isOver ? null : freshSentence(freshUntil)),
    },
    ...(isOver ? [] : [next]),
  ];
}

function nextText(nextCheckAt: Date, now: Date): ReactNode {
  return nextCheckAt > now ? <RelativeTime date={nextCheckAt} now={now} /> : "Within minutes";
}
