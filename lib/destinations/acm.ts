import "server-only";
import type { ACMClient, CertificateSummary } from "@aws-sdk/client-acm";
import { z } from "zod";
import { awsFailure } from "@/lib/destinations/acm-failures";
import { awsTransport } from "@/lib/destinations/acm-transport";
import { type CopyOf, DestinationError } from "@/lib/destinations/adapter";
import { optionalAddress, optionalText } from "@/lib/destinations/address";
import { endLine, fingerprintOf, readCertificate } from "@/lib/destinations/copy";
import { defineKind } from "@/lib/destinations/guard";
import type { Networks } from "@/lib/network/rules";

const SYNC_TAG = "certsweep:sync-id";
/** ACM lists only RSA 2048 unless it is told which. */
const KEY_TYPES = [
  "RSA_1024",
  "RSA_2048",
  "RSA_3072",
  "RSA_4096",
  "EC_prime256v1",
  "EC_secp384r1",
  "EC_secp521r1",
] as const;
const PAGE_SIZE = 1_000;
const PAGES_MAX = 20;
const CANDIDATES_MAX = 100;
/** Of a tag's value, in characters; what else a name may hold is replaced. */
const NAME_TAG_LIMIT = 200;

const settings = z.object({
  region: z
    .string()
    .trim()
    .regex(/^[a-z]{2,4}(-[a-z]{1,10}){1,3}-\d{1,2}$/, "Enter a region such as eu-central-1."),
  endpoint: optionalAddress,
});

const credentials = z
  .object({ accessKeyId: optionalText(128), secretAccessKey: optionalText(256) })
  .refine(({ accessKeyId, secretAccessKey }) => (accessKeyId === undefined) === (secretAccessKey === undefined), {
    message: "Enter both keys or neither.",
    path: ["secretAccessKey"],
  });

/** AWS Certificate Manager. The remote id is the certificate's ARN; what is Certsweep's is told by a tag. */
export const acm = defineKind({
  settings,
  credentials,
  explain: awsFailure,
  open: async (place, keys, { networks }) => {
    const connection = await connect(place, keys, networks);
    const { client, sdk } = connection;
    return {
      list: async (signal) => {
        await client.send(new sdk.ListCertificatesCommand({ MaxItems: 1 }), { abortSignal: signal });
      },
      push: async (copy, remoteId, signal) => push(connection, { copy, remoteId, signal }),
      look: async (copy, remoteId, signal) => {
        const named = { CertificateArn: remoteId };
        try {
          const { Certificate: about } = await client.send(new sdk.DescribeCertificateCommand(named), {
            abortSignal: signal,
          });
          const { Certificate: pem } = await client.send(new sdk.GetCertificateCommand(named), { abortSignal: signal });
          const same = fingerprintOf(pem ?? "") === copy.fingerprint;
          return { state: same ? "present" : "different", inUseBy: about?.InUseBy ?? [] };
        } catch (error) {
          if (isMissing(error)) return { state: "absent", inUseBy: [] };
          throw error;
        }
      },
      remove: async (remoteId, copy, signal) => {
        try {
          if ((await syncOf({ client, sdk }, remoteId, signal)) !== copy.syncId) throw notOurs(remoteId);
          await client.send(new sdk.DeleteCertificateCommand({ CertificateArn: remoteId }), { abortSignal: signal });
        } catch (error) {
          if (!isMissing(error)) throw error;
        }
      },
    };
  },
});

type Sdk = typeof import("@aws-sdk/client-acm");
type Connection = { client: ACMClient; sdk: Sdk };

async function connect(
  { region, endpoint }: z.infer<typeof settings>,
  { accessKeyId, secretAccessKey }: z.infer<typeof credentials>,
  networks: Networks,
): Promise<Connection> {
  const sdk = await import("@aws-sdk/client-acm");
  const hasKeys = accessKeyId !== undefined && secretAccessKey !== undefined;
  const client = new sdk.ACMClient({
    region,
    // The job engine asks again, and says so on the screen.
    maxAttempts: 1,
    requestHandler: awsTransport(networks),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(hasKeys ? { credentials: { accessKeyId, secretAccessKey } } : {}),
  });
  return { client, sdk };
}

type Push = { copy: CopyOf; remoteId: string | null; signal: AbortSignal };

async function push(connection: Connection, { copy, remoteId, signal }: Push): Promise<{ remoteId: string }> {
  if (copy.privateKey === null)
    throw new DestinationError("rejected", "ACM takes no certificate without its private key.");
  const { client, sdk } = connection;
  const contents = {
    Certificate: Buffer.from(endLine(copy.certificate)),
    PrivateKey: Buffer.from(endLine(copy.privateKey)),
    ...(copy.chain.length === 0 ? {} : { CertificateChain: Buffer.from(copy.chain.map(endLine).join("")) }),
  };
  const known = (await ownArn(connection, { copy, remoteId, signal })) ?? (await findEarlier(connection, copy, signal));
  // Tags may only be given with the first import, and stay.
  const answer = await client.send(
    new sdk.ImportCertificateCommand(
      known === null ? { ...contents, Tags: tagsOf(copy) } : { ...contents, CertificateArn: known },
    ),
    { abortSignal: signal },
  );
  if (answer.CertificateArn === undefined) throw new DestinationError("rejected", "ACM answered without an ARN.");
  return { remoteId: answer.CertificateArn };
}

/** The ARN that is known from before, if it still leads to this sync's certificate. */
async function ownArn(connection: Connection, { copy, remoteId, signal }: Push): Promise<string | null> {
  if (remoteId === null) return null;
  try {
    return (await syncOf(connection, remoteId, signal)) === copy.syncId ? remoteId : null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** What an import left whose answer never arrived. Only certificates with the same end are asked for their tags. */
async function findEarlier(connection: Connection, copy: CopyOf, signal: AbortSignal): Promise<string | null> {
  const { client, sdk } = connection;
  const notAfter = Date.parse(readCertificate(copy.certificate)?.validTo ?? "");
  const isCandidate = ({ Type, NotAfter }: CertificateSummary) =>
    (Type === undefined || Type === "IMPORTED") && (NotAfter === undefined || NotAfter.getTime() === notAfter);
  let asked = 0;
  let next: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const answer = await client.send(
      new sdk.ListCertificatesCommand({
        Includes: { keyTypes: [...KEY_TYPES] },
        MaxItems: PAGE_SIZE,
        ...(next === undefined ? {} : { NextToken: next }),
      }),
      { abortSignal: signal },
    );
    const arns = (answer.CertificateSummaryList ?? []).filter(isCandidate).flatMap((one) => one.CertificateArn ?? []);
    for (const arn of arns) {
      asked += 1;
      if (asked > CANDIDATES_MAX) return null;
      if ((await syncOf(connection, arn, signal)) === copy.syncId) return arn;
    }
    next = answer.NextToken;
    if (next === undefined) return null;
  }
  return null;
}

/** The sync that a certificate is tagged with; null where it is no copy of Certsweep's. */
async function syncOf({ client, sdk }: Connection, arn: string, signal: AbortSignal): Promise<string | null> {
  const { Tags } = await client.send(new sdk.ListTagsForCertificateCommand({ CertificateArn: arn }), {
    abortSignal: signal,
  });
  return Tags?.find(({ Key }) => Key === SYNC_TAG)?.Value ?? null;
}

function tagsOf(copy: CopyOf): { Key: string; Value: string }[] {
  return [
    { Key: SYNC_TAG, Value: copy.syncId },
    { Key: "certsweep:certificate-id", Value: copy.certificateId },
    { Key: "Name", Value: copy.name.replace(/[^\p{L}\p{N} _.:/=+@-]/gu, "_").slice(0, NAME_TAG_LIMIT) },
  ];
}

function isMissing(error: unknown): boolean {
  return awsFailure(error)?.kind === "missing";
}

function notOurs(arn: string): DestinationError {
  return new DestinationError("rejected", `${arn} does not carry this sync's tag, so it was left alone.`);
}
