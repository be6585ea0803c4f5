import { Code } from "@/components/ui/code-block";
import { Section } from "@/components/ui/section";
import { Tree } from "@/components/ui/tree";
import type { CertificateDetails, CertificateFacts } from "@/lib/certificates/schema";
import { formatDateUtc } from "@/lib/dates/rules";
import { CertificateText } from "./certificate-text";

/** Certificates of a chain that are drawn; the file has them all. */
const SHOWN = 20;

/** The certificates that came with this one as a tree, the nearest to the root outermost. */
export function CertificateChain({ details }: { details: CertificateDetails }) {
  const whole = [details, ...details.chain];
  const shown = whole.slice(0, SHOWN);
  return (
    <Section title="Chain" description={descriptionOf(whole.length, shown.length)}>
      {details.chain.length === 0 ? null : (
        <Tree label="Chain of certificates" nodes={shown.map((facts, position) => nodeOf(facts, position)).reverse()} />
      )}
    </Section>
  );
}

function descriptionOf(total: number, shown: number): string {
  if (total === 1) return "It came without a chain.";
  const all = `${total.toLocaleString("en")} certificates, each issued by the one above it.`;
  return shown < total ? `${all} Here are the nearest ${shown}; the chain file has all of them.` : all;
}

function nodeOf(facts: CertificateFacts, position: number) {
  return {
    key: String(position),
    current: position === 0,
    content: (
      <>
        <CertificateText text={facts.subject === "" ? "(no subject)" : facts.subject} />
        <span className="block text-sm font-normal text-muted">
          {formatDateUtc(new Date(facts.notBefore))} to {formatDateUtc(new Date(facts.notAfter))} UTC
        </span>
        <span className="block font-normal text-muted">
          <Code>{facts.fingerprint}</Code>
        </span>
      </>
    ),
  };
}
