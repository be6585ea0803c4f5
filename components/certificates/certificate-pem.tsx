import type { ReactNode } from "react";
import { CodeBlock } from "@/components/ui/code-block";
import { CopyButton } from "@/components/ui/copy-button";
import { Section } from "@/components/ui/section";

/** Characters of PEM that a page shows and copies. */
const SHOWN = 100_000;

type CertificatePemProps = { pem: string; downloads: ReactNode };

/** The certificate itself, to copy and to download. */
export function CertificatePem({ pem, downloads }: CertificatePemProps) {
  const isShort = pem.length <= SHOWN;
  return (
    <Section
      title="PEM"
      actions={
        <>
          {isShort ? <CopyButton text={pem} label="Copy PEM" /> : null}
          {downloads}
        </>
      }
    >
      {isShort ? (
        <CodeBlock label="PEM text">{pem}</CodeBlock>
      ) : (
        <p className="text-muted">
          Its {pem.length.toLocaleString("en")} characters are too many for a page: download it.
        </p>
      )}
    </Section>
  );
}
