import type { ComponentProps } from "react";
import { Card } from "@/components/ui/card";
import { Code } from "@/components/ui/code-block";
import { FactList } from "@/components/ui/facts";
import type { Href } from "@/components/ui/href";
import { RelativeTime } from "@/components/ui/relative-time";
import type { CertificateDetails } from "@/lib/certificates/schema";
import { CertificateNames } from "./certificate-names";
import { CertificateText, CertificateTexts } from "./certificate-text";

type CertificateDetailsProps = {
  details: CertificateDetails;
  now: Date;
  /** Whether all alternative names are shown, and where they are. */
  names: { all: boolean; href: Href };
  /** What is known of it beside what it says itself; stands first. */
  before?: ComponentProps<typeof FactList>["facts"];
};

/** Everything that a certificate says. */
export function CertificateDetailsList({ details, now, names, before = [] }: CertificateDetailsProps) {
  return (
    <Card>
      <FactList
        facts={[
          ...before,
          { term: "Subject", value: <CertificateText text={details.subject} /> },
          { term: "Names", value: <CertificateNames names={details.sans} all={names.all} allHref={names.href} /> },
          { term: "Issuer", value: <CertificateText text={details.issuer} /> },
          { term: "Valid from", value: <RelativeTime date={new Date(details.notBefore)} now={now} /> },
          { term: "Expires", value: <RelativeTime date={new Date(details.notAfter)} now={now} /> },
          {
            term: "Serial number",
            value: <Code>{details.serial}</Code>,
            note: <Code>{`hex ${details.serialHex}`}</Code>,
          },
          { term: "Fingerprint (SHA-256)", value: <Code>{details.fingerprint}</Code> },
          { term: "Key", value: <CertificateText text={keyOf(details)} /> },
          { term: "Signature algorithm", value: <CertificateText text={details.signatureAlgorithm} /> },
          { term: "Key usage", value: <CertificateTexts texts={details.keyUsage} /> },
          { term: "Extended key usage", value: <CertificateTexts texts={details.extendedKeyUsage} /> },
          { term: "Certificate authority", value: details.isCa ? "Yes" : "No" },
          { term: "Subject key identifier", value: identifier(details.subjectKeyId) },
          { term: "Authority key identifier", value: identifier(details.authorityKeyId) },
          { term: "CRL addresses", value: <CertificateTexts texts={details.crlUrls} /> },
          { term: "OCSP addresses", value: <CertificateTexts texts={details.ocspUrls} /> },
          { term: "Issuer addresses", value: <CertificateTexts texts={details.issuerUrls} /> },
          { term: "Oddities", value: <CertificateTexts texts={details.oddities} /> },
        ]}
      />
    </Card>
  );
}

function keyOf({ keyAlgorithm, keySize }: CertificateDetails): string {
  return keySize === null ? keyAlgorithm : `${keyAlgorithm}, ${keySize.toLocaleString("en")} bits`;
}

function identifier(value: string | null) {
  return value === null ? <span className="text-muted">None</span> : <Code>{value}</Code>;
}
