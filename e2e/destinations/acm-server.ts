import { createPrivateKey, randomUUID, X509Certificate } from "node:crypto";
import { z } from "zod";
import { type Asked, json, type ProtocolServer, type Reply, startProtocolServer } from "./protocol-server";

/**
 * As much of ACM as Certsweep asks for, after its API reference:
 * https://docs.aws.amazon.com/acm/latest/APIReference/API_Operations.html (operations, their errors and the limits of
 * MaxItems) and .../CommonErrors.html (ExpiredTokenException, ThrottlingException, UnrecognizedClientException).
 * The protocol is AWS JSON 1.1: POST /, the operation in X-Amz-Target, errors with "__type".
 */
export type AcmServer = ProtocolServer & {
  held: Map<string, Held>;
  region: string;
  keys: { accessKeyId: string; secretAccessKey: string };
};
export type Held = { certificate: string; chain: string | null; tags: Tag[]; inUseBy: string[]; importedAt: number };

const tag = z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256).optional() });
type Tag = z.infer<typeof tag>;

const input = {
  ImportCertificate: z.strictObject({
    Certificate: z.base64(),
    PrivateKey: z.base64(),
    CertificateChain: z.base64().optional(),
    CertificateArn: z.string().optional(),
    Tags: z.array(tag).max(50).optional(),
  }),
  ListCertificates: z.object({
    Includes: z.object({ keyTypes: z.array(z.string()).optional() }).optional(),
    MaxItems: z.int().min(1).max(1_000).optional(),
    NextToken: z.string().optional(),
  }),
  named: z.strictObject({ CertificateArn: z.string().min(20) }),
};

const REGION = "eu-central-1";
const KEYS = { accessKeyId: "AKIAIOSFODNN7TESTKEY", secretAccessKey: "wJalrXUtnFEMIK7MDENGbPxRfiCYTESTSECRET00" };

export async function startAcmServer({ pageSize = 1_000 } = {}): Promise<AcmServer> {
  const held = new Map<string, Held>();
  const server = await startProtocolServer((asked) => refusedSignature(asked) ?? operate(held, asked, pageSize));
  return { ...server, held, region: REGION, keys: KEYS };
}

export function awsError(type: string, message: string, { status = 400, headers = {} } = {}): Reply {
  return json(status, { __type: type, message }, { "content-type": "application/x-amz-json-1.1", ...headers });
}

/** The credential scope of a signature; the signature itself is not computed again. */
function refusedSignature({ headers }: Asked): Reply | null {
  const signed = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/([^/]+)\/acm\/aws4_request, .*Signature=[0-9a-f]{64}$/;
  const [, keyId, region] = signed.exec(headers.authorization ?? "") ?? [];
  if (keyId === undefined)
    return awsError("MissingAuthenticationTokenException", "Missing Authentication Token", { status: 403 });
  if (keyId !== KEYS.accessKeyId)
    return awsError("UnrecognizedClientException", "The security token included in the request is invalid.");
  return region === REGION ? null : awsError("InvalidSignatureException", `Credential should be scoped to ${REGION}`);
}

function operate(held: Map<string, Held>, { headers, body }: Asked, pageSize: number): Reply {
  const operation = String(headers["x-amz-target"]).replace(/^CertificateManager\./, "");
  const given: unknown = JSON.parse(body);
  if (operation === "ImportCertificate") return importOne(held, given);
  if (operation === "ListCertificates") return list(held, given, pageSize);
  const arn = input.named.parse(given).CertificateArn;
  const one = held.get(arn);
  if (one === undefined) return awsError("ResourceNotFoundException", `Could not find certificate ${arn}.`);
  switch (operation) {
    case "ListTagsForCertificate":
      return ok({ Tags: one.tags });
    case "GetCertificate":
      return ok({ Certificate: one.certificate, ...(one.chain === null ? {} : { CertificateChain: one.chain }) });
    case "DescribeCertificate":
      return ok({ Certificate: { ...summaryOf(arn, one), InUseBy: one.inUseBy } });
    case "DeleteCertificate":
      if (one.inUseBy.length > 0) return awsError("ResourceInUseException", `Certificate ${arn} is in use.`);
      held.delete(arn);
      return ok({});
    default:
      return awsError("UnknownOperationException", "");
  }
}

function importOne(held: Map<string, Held>, given: unknown): Reply {
  const read = input.ImportCertificate.safeParse(given);
  if (!read.success) return awsError("ValidationException", read.error.message);
  const { Certificate, PrivateKey, CertificateChain, CertificateArn, Tags } = read.data;
  const certificate = text(Certificate);
  try {
    const parsed = new X509Certificate(certificate);
    if (!parsed.checkPrivateKey(createPrivateKey(text(PrivateKey)))) throw new Error("no match");
  } catch {
    return awsError("ValidationException", "The private key does not match, or cannot be read.");
  }
  if (CertificateArn !== undefined && Tags !== undefined)
    return awsError("ValidationException", "Tags cannot be applied when a certificate is imported again.");
  const former = CertificateArn === undefined ? undefined : held.get(CertificateArn);
  if (CertificateArn !== undefined && former === undefined)
    return awsError("ResourceNotFoundException", `Could not find certificate ${CertificateArn}.`);
  const arn = CertificateArn ?? `arn:aws:acm:${REGION}:123456789012:certificate/${randomUUID()}`;
  held.set(arn, {
    ...{ certificate, chain: CertificateChain === undefined ? null : text(CertificateChain) },
    ...{ tags: former?.tags ?? Tags ?? [], inUseBy: former?.inUseBy ?? [], importedAt: Date.now() },
  });
  return ok({ CertificateArn: arn });
}

/** Without Includes only RSA 2048 is listed, as the reference says. */
function list(held: Map<string, Held>, given: unknown, pageSize: number): Reply {
  const { Includes, MaxItems = pageSize, NextToken = "0" } = input.ListCertificates.parse(given);
  const types = Includes?.keyTypes ?? ["RSA_2048"];
  const all = [...held]
    .map(([arn, one]) => summaryOf(arn, one))
    .filter(({ KeyAlgorithm }) => types.includes(KeyAlgorithm));
  const from = Number(NextToken);
  const to = from + Math.min(MaxItems, pageSize);
  return ok({ CertificateSummaryList: all.slice(from, to), ...(to < all.length ? { NextToken: String(to) } : {}) });
}

function summaryOf(arn: string, { certificate, inUseBy }: Held) {
  const parsed = new X509Certificate(certificate);
  const curve = parsed.publicKey.asymmetricKeyDetails?.namedCurve;
  return {
    ...{ CertificateArn: arn, DomainName: parsed.subject.replace(/^.*CN=/s, ""), Type: "IMPORTED", Status: "ISSUED" },
    ...{ KeyAlgorithm: curve === undefined ? "RSA_2048" : `EC_${curve}`, InUse: inUseBy.length > 0 },
    NotAfter: Date.parse(parsed.validTo) / 1_000,
  };
}

function ok(body: unknown): Reply {
  return json(200, body, { "content-type": "application/x-amz-json-1.1" });
}

function text(base64: string): string {
  return Buffer.from(base64, "base64").toString();
}
