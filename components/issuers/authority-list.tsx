import { Card, CardSection } from "@/components/ui/card";
import { Code } from "@/components/ui/code-block";
import { CopyButton } from "@/components/ui/copy-button";
import { DownloadLink } from "@/components/ui/download-link";
import { FactList } from "@/components/ui/facts";
import { RelativeTime } from "@/components/ui/relative-time";
import { visibleText } from "@/lib/certificates/rules";
import type { AuthorityView } from "@/lib/issuers/schema";

const ROLES: Record<AuthorityView["role"], string> = { root: "Root", intermediate: "Intermediate" };

type AuthorityListProps = { authorities: readonly AuthorityView[]; now: Date };

/** The authorities of a private CA: what they are, and where they and what they revoked can be had by everybody. */
export function AuthorityList({ authorities, now }: AuthorityListProps) {
  return (
    <ul className="grid gap-3" aria-label="Authorities">
      {authorities.map((authority) => (
        <li key={authority.id}>
          <Card>
            <CardSection className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
              <div className="min-w-0">
                <h3 className="font-semibold wrap-anywhere">{visibleText(authority.subject)}</h3>
                <p className="text-muted">{whatItIs(authority)}</p>
              </div>
              <div className="flex flex-wrap gap-2">
                <DownloadLink href={`/pki/${authority.id}/cert.pem`}>Download certificate</DownloadLink>
                {authority.hasKey ? <DownloadLink href={`/pki/${authority.id}/crl`}>Download CRL</DownloadLink> : null}
              </div>
            </CardSection>
            <FactList
              facts={[
                { term: "Expires", value: <RelativeTime date={authority.notAfter} now={now} /> },
                {
                  term: "Certificate",
                  value: <Address text={authority.published.issuerUrl} what="certificate" />,
                },
                ...(authority.hasKey
                  ? [
                      { term: "Revocation list", ...listOf(authority, now) },
                      { term: "OCSP", value: <Address text={authority.published.ocspUrl} what="OCSP" /> },
                    ]
                  : []),
              ]}
            />
          </Card>
        </li>
      ))}
    </ul>
  );
}

function whatItIs({ role, isSigning, hasKey }: AuthorityView): string {
  if (isSigning) return `${ROLES[role]}, issues certificates`;
  return hasKey ? ROLES[role] : `${ROLES[role]}, its key is kept elsewhere`;
}

function listOf({ published, crl }: AuthorityView, now: Date) {
  const value = <Address text={published.crlUrl} what="CRL" />;
  if (crl === null) return { value, note: "Not published yet" };
  const note = (
    <>
      Number {crl.number.toLocaleString("en")}, next update <RelativeTime date={crl.nextUpdate} now={now} />
    </>
  );
  return { value, note };
}

/** An address that other programs are told. */
function Address({ text, what }: { text: string; what: string }) {
  return (
    <span className="flex flex-wrap items-center justify-between gap-2">
      <Code>{text}</Code>
      <CopyButton text={text} label={`Copy ${what} address`} />
    </span>
  );
}
