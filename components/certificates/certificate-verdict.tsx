import { Notice } from "@/components/ui/notice";
import { visibleText } from "@/lib/certificates/rules";
import type { Blocker, Eligibility } from "@/lib/removal/rules";

const GROUNDS: Record<Eligibility, string> = {
  revoked: "It is revoked, and nothing is known to use it.",
  expired: "It has expired, and nothing is known to use it.",
  uploaded: "It was uploaded, and nothing is known to use it.",
};

type CertificateVerdictProps = {
  blockers: readonly { blocker: Blocker; sentence: string }[];
  eligibility: Eligibility;
};

/** Whether the certificate may be deleted now, and why or why not. */
export function CertificateVerdict({ blockers, eligibility }: CertificateVerdictProps) {
  if (blockers.length === 0) return <Notice title="It may be deleted now.">{GROUNDS[eligibility]}</Notice>;
  return (
    <Notice tone="warning" title="It may not be deleted now.">
      <ul>
        {blockers.map(({ blocker, sentence }) => (
          <li key={blocker}>{visibleText(sentence)}</li>
        ))}
      </ul>
    </Notice>
  );
}
