import Link from "next/link";
import type { Href } from "@/components/ui/href";
import { visibleText } from "@/lib/certificates/rules";
import type { CertificateDetails } from "@/lib/certificates/schema";

const SHOWN = 50;

const KIND_LABELS: Record<string, string> = {
  dns: "DNS names",
  ip: "IP addresses",
  email: "E-mail addresses",
  uri: "URIs",
  directory: "Directory names",
  registered_id: "Registered identifiers",
  other: "Other names",
  x400: "X.400 addresses",
  edi_party: "EDI parties",
  malformed: "Unreadable names",
};

type CertificateNamesProps = { names: CertificateDetails["sans"]; all: boolean; allHref: Href };

/** The subject alternative names by kind: the first fifty, or `all` of them as `allHref` asks. */
export function CertificateNames({ names, all, allHref }: CertificateNamesProps) {
  if (names.length === 0) return <span className="text-muted">None</span>;
  const shown = all ? names : names.slice(0, SHOWN);
  const kinds = [...new Set(shown.map((name) => name.kind))];
  return (
    <div className="grid gap-2">
      {kinds.map((kind) => (
        <div key={kind}>
          <span className="text-sm text-muted">{KIND_LABELS[kind] ?? visibleText(kind)}</span>
          {/* One text for any number of names: a page of ten thousand elements would hurt. */}
          <p className="whitespace-pre-line">
            {shown
              .filter((name) => name.kind === kind)
              .map((name) => visibleText(name.value))
              .join("\n")}
          </p>
        </div>
      ))}
      {shown.length < names.length ? (
        <Link href={allHref} prefetch={false} scroll={false} className="link justify-self-start font-medium">
          Show all {names.length.toLocaleString("en")} names
        </Link>
      ) : null}
    </div>
  );
}
