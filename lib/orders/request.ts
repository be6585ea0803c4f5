import "server-only";
import type { KeyAlgorithm } from "@/lib/issuers/rules";
import { makeKey } from "@/lib/pki/keys";
import { type CertificateName, COMMON_NAME_LIMIT, readNames } from "@/lib/pki/names";
import { makeRequest, readRequest, requestPem } from "@/lib/pki/requests";

/** What a certificate is asked for with. `privateKeyPem` is null where the request came from elsewhere. */
export type Request = {
  names: CertificateName[];
  commonName: string | null;
  keyAlgorithm: KeyAlgorithm | null;
  /** PEM. */
  csr: string;
  der: Buffer;
  privateKeyPem: string | null;
};

type Unreadable = { kind: "refused"; field: "names" | "csr"; sentence: string };

type Wanted = { names: readonly string[]; keyAlgorithm: KeyAlgorithm | null; csr: string | null };

/** Makes the request for a certificate with a fresh key, or reads the one that was pasted, whose names then count. */
export async function makeOrReadRequest(wanted: Wanted): Promise<Request | Unreadable> {
  if (wanted.csr !== null) return readPasted(wanted.csr, wanted.names);
  const read = readNames(wanted.names);
  if ("sentence" in read) return { kind: "refused", field: "names", sentence: read.sentence };
  const { names } = read;
  const keyAlgorithm = wanted.keyAlgorithm ?? "ec_p256";
  const common = names.find(({ kind, value }) => kind === "dns" && value.length <= COMMON_NAME_LIMIT);
  const commonName = common?.value ?? null;
  const { privateKeyPem } = await makeKey(keyAlgorithm);
  const { pem, der } = makeRequest({ privateKeyPem, names: names.map(({ value }) => value), commonName });
  return { names, commonName, keyAlgorithm, csr: pem, der, privateKeyPem };
}

function readPasted(csr: string, wanted: readonly string[]): Request | Unreadable {
  const request = readRequest(csr);
  if ("sentence" in request) return { kind: "refused", field: "csr", sentence: request.sentence };
  const own = readNames(request.names);
  if ("sentence" in own) return { kind: "refused", field: "csr", sentence: own.sentence };
  const asked = wanted.length === 0 ? own : readNames(wanted);
  if ("sentence" in asked) return { kind: "refused", field: "names", sentence: asked.sentence };
  if (listOf(asked.names) !== listOf(own.names)) return { kind: "refused", field: "names", sentence: OTHER_NAMES };
  const { commonName, der } = request;
  // Only the block itself is kept, not what stood around it.
  return { names: own.names, commonName, keyAlgorithm: null, csr: requestPem(der), der, privateKeyPem: null };
}

const OTHER_NAMES = "The request names others. Leave the names out: those of the request count.";

function listOf(names: readonly CertificateName[]): string {
  return names
    .map(({ value }) => value)
    .toSorted()
    .join("\n");
}
