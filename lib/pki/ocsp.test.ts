import { Buffer } from "node:buffer";
import { createPrivateKey } from "node:crypto";
import { expect, test } from "vitest";
import { NO_CONSTRAINTS } from "./constraints";
import { explicit, objectIdentifier, octetString, sequence } from "./der";
import { extension } from "./fields";
import { makeKey, publicKeyInfo } from "./keys";
import { type CertStatus, isIssuedBy, makeOcspAnswer, makeOcspFailure } from "./ocsp";
import { type OcspRequest, readOcspRequest } from "./ocsp-request";
import { makeLeaf, makeRoot, signerOf } from "./signing";
import { judgeOcsp, makeOcspRequest } from "./verify-ocsp";
import { readSingle } from "./verify-subject";

const now = new Date("2026-11-22T12:00:00.000Z");
const later = (ms: number) => new Date(now.getTime() + ms);
const NONCE = "1.3.6.1.5.5.7.48.1.2";

async function makeSubject() {
  const key = createPrivateKey((await makeKey("ec_p256")).privateKeyPem);
  const order = { subject: { commonName: "CA" }, key, pathLength: 0, constraints: NO_CONSTRAINTS, now };
  const signer = signerOf(makeRoot({ ...order, notAfter: later(1e9) }).der, key);
  const published = { crlUrl: "http://x.example/c", ocspUrl: "http://x.example/o", issuerUrl: "http://x.example/i" };
  const leaf = makeLeaf({
    ...{ signer, published, now, days: 5, commonName: null, names: [{ kind: "dns" as const, value: "a.example" }] },
    ...{ publicKey: publicKeyInfo(key), keyAlgorithm: "EC P-256" },
  });
  const certificate = readSingle(leaf.der);
  if (certificate === undefined) throw new Error("a leaf could not be read");
  return { signer, serialHex: leaf.serialHex, subject: { certificate, issuer: signer.reading } };
}

function readOrFail(octets: Uint8Array): OcspRequest {
  const request = readOcspRequest(octets);
  if (request === null) throw new Error("a request could not be read");
  return request;
}

/** A request for the same certificates with these extensions. */
function withExtensions(request: Buffer, ...extensions: Buffer[]): Buffer {
  const { certIds } = readOrFail(request);
  const list = sequence(...certIds.map(({ der }) => sequence(der)));
  return sequence(sequence(list, explicit(2, sequence(...extensions))));
}

test("what is answered here is believed by what judges the answers of other CAs", async () => {
  const { signer, serialHex, subject } = await makeSubject();
  const { certIds, nonce } = readOrFail(makeOcspRequest(subject));
  const [certId] = certIds;
  if (certId === undefined) throw new Error("it asked about nothing");
  expect([certId.hash, certId.serialHex, isIssuedBy(certId, signer), nonce]).toEqual(["sha256", serialHex, true, null]);
  const judged = (status: CertStatus, at = now) => {
    const times = { thisUpdate: now, nextUpdate: later(3_600_000) };
    return judgeOcsp(makeOcspAnswer({ signer, statuses: [{ certId, status }], ...times, nonce }), subject, at);
  };
  expect(await judged({ kind: "good" })).toMatchObject({ kind: "good", nextUpdate: later(3_600_000) });
  expect(await judged({ kind: "unknown" })).toMatchObject({ kind: "unknown" });
  const at = later(-60_000);
  expect(await judged({ kind: "revoked", at, reasonCode: 1 })).toMatchObject({ kind: "revoked", revokedAt: at });
  const other = await makeSubject();
  expect(isIssuedBy(certId, other.signer)).toBe(false);
  expect(makeOcspFailure("tryLater").toString("hex")).toBe("30030a0103");
});

test("a nonce is sent back as it came when it has 1 to 128 octets, and is malformed otherwise", async () => {
  const { subject } = await makeSubject();
  const request = makeOcspRequest(subject);
  const nonced = (length: number) => extension(NONCE, octetString(Buffer.alloc(length, 7)));
  for (const length of [1, 32, 128])
    expect(readOcspRequest(withExtensions(request, nonced(length)))?.nonce).toEqual(nonced(length));
  for (const length of [0, 129]) expect(readOcspRequest(withExtensions(request, nonced(length)))).toBeNull();
  expect(readOcspRequest(withExtensions(request, nonced(1), nonced(1)))).toBeNull();
});

test("an extension that must be understood and is not refuses a request, another does not", async () => {
  const { subject } = await makeSubject();
  const request = makeOcspRequest(subject);
  expect(readOcspRequest(withExtensions(request, extension("1.2.3.4", octetString())))).not.toBeNull();
  expect(readOcspRequest(withExtensions(request, extension("1.2.3.4", octetString(), true)))).toBeNull();
});

test("a request asks about at most 100 certificates, with hashes and numbers of any kind", async () => {
  const { signer, subject } = await makeSubject();
  const [certId] = readOrFail(makeOcspRequest(subject)).certIds;
  const asking = (count: number, der = certId?.der ?? Buffer.alloc(0)) =>
    readOcspRequest(sequence(sequence(sequence(...Array.from({ length: count }, () => sequence(der))))));
  expect(asking(0)).toBeNull();
  expect(asking(100)?.certIds).toHaveLength(100);
  expect(asking(101)).toBeNull();
  const named = (serial: string, algorithm = "1.2.3") =>
    sequence(sequence(objectIdentifier(algorithm)), octetString(), octetString(), Buffer.from(serial, "hex"));
  const read = (der: Buffer) => asking(1, der)?.certIds[0];
  expect(read(named("02020001"))).toMatchObject({ hash: null, serialHex: "01" });
  expect(read(named("0201ff"))?.serialHex).toBe("");
  expect(read(named("0200"))).toBeUndefined();
  const strange = read(named("020101"));
  expect(strange && isIssuedBy(strange, signer)).toBe(false);
});

test("no request that is cut short or changed in a bit makes the reader throw", async () => {
  const { subject } = await makeSubject();
  const request = withExtensions(makeOcspRequest(subject), extension(NONCE, octetString(Buffer.alloc(16, 7))));
  let read = 0;
  for (let index = 0; index < request.length; index += 1) {
    expect(readOcspRequest(request.subarray(0, index))).toBeNull();
    for (let bit = 0; bit < 8; bit += 1) {
      const changed = Buffer.from(request);
      changed[index] = (changed[index] ?? 0) ^ (1 << bit);
      if (readOcspRequest(changed) !== null) read += 1;
    }
  }
  expect(read).toBeGreaterThan(0);
  expect(readOcspRequest(Buffer.concat([request, Buffer.of(0)]))).toBeNull();
});
