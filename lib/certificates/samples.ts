import "server-only";
import { database } from "@/drizzle/client";
import { revocations } from "@/drizzle/schema/certificates";
import type { Scope } from "@/lib/auth/scope";
import { type CertificateOrder, generateCertificate } from "@/lib/certificates/generate";
import { type Incoming, importCertificates, revocationKeyOf } from "@/lib/certificates/import";
import { readCertificateFile } from "@/lib/certificates/parse-file";
import { DAY_MS, type Source } from "@/lib/certificates/rules";
import { addDeployment } from "@/lib/deployments/commands";

/** A host of the sample inventory: days from now to its notBefore and notAfter, and what became of it. */
type Sample = {
  host: string;
  others?: string[];
  from: number;
  until: number;
  source?: Source;
  revokedDaysAgo?: number;
  deployedAt?: { service: string; resource: string };
};

const SAMPLES: Sample[] = [
  { host: "api.payments.example.com", others: ["pay.example.com"], from: -406, until: -41 },
  { host: "old-intranet.example.com", from: -508, until: -143 },
  { host: "staging.example.com", from: -91, until: -1 },
  { host: "printer-7.example.com", from: -1_500, until: -380 },
  {
    host: "legacy-vpn.example.com",
    others: ["vpn2.example.com"],
    from: -418,
    until: -53,
    source: "issued",
    deployedAt: { service: "VPN gateway", resource: "vpn-gw-1.example.com:443" },
  },
  {
    host: "*.shop.example.com",
    others: ["shop.example.com"],
    from: -47,
    until: 43,
    source: "issued",
    revokedDaysAgo: 3,
  },
  {
    host: "mail.example.com",
    others: ["smtp.example.com", "imap.example.com"],
    from: -79,
    until: 11,
    source: "issued",
    deployedAt: { service: "Postfix", resource: "mail.example.com:25" },
  },
  { host: "build-agent-17.example.com", from: -73, until: 17 },
  { host: "login.example.com", others: ["sso.example.com"], from: -188, until: 177, source: "issued" },
  { host: "partner-a.example.com", from: -200, until: 3_600 },
  { host: "cdn.example.com", others: ["static.example.com"], from: 9, until: 99, source: "issued" },
  { host: "wiki.example.com", from: -20, until: 70 },
];

/** Adds made-up certificates to look around with, marked as samples; again and again it adds new ones. */
export async function addSampleCertificates(scope: Scope, now: Date): Promise<void> {
  const inDays = (days: number) => new Date(now.getTime() + days * DAY_MS);
  const authority = await generateCertificate({
    subjectCommonName: "Example Issuing CA 2",
    organisation: "Example Inc.",
    notBefore: inDays(-2_000),
    notAfter: inDays(2_000),
    isCa: true,
  });
  const incoming: Incoming[] = [];
  for (const sample of SAMPLES) {
    const order: CertificateOrder = {
      subjectCommonName: sample.host,
      dnsNames: [sample.host, ...(sample.others ?? [])],
      notBefore: inDays(sample.from),
      notAfter: inDays(sample.until),
      issuer: authority,
    };
    const reading = readCertificateFile((await generateCertificate(order)).der);
    if (reading.kind === "refused") throw new Error(`A sample certificate cannot be read: ${reading.sentence}`);
    for (const group of reading.groups) {
      if (sample.revokedDaysAgo !== undefined) {
        const { issuer, serial, notAfter } = group.certificate;
        const facts = { issuer, serial, notAfter, revokedAt: inDays(-sample.revokedDaysAgo), reason: "superseded" };
        const key = revocationKeyOf(facts);
        await database()
          .insert(revocations)
          .values({ accountId: scope.accountId, key, ...facts });
      }
      incoming.push({ group, givenName: null, source: sample.source ?? "uploaded", isSample: true });
    }
  }
  const added = await importCertificates(scope, incoming, now);
  for (const [index, sample] of SAMPLES.entries()) {
    const certificateId = added[index]?.id;
    if (sample.deployedAt === undefined || certificateId === undefined) continue;
    await addDeployment(scope, { certificateId, ...sample.deployedAt, note: "A sample" }, now);
  }
}
