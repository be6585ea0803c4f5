import { Buffer } from "node:buffer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ForeignCa, hasOpenssl, type Made } from "@/e2e/foreign-ca";
import { generateCertificate } from "@/lib/certificates/generate";
import { readPem } from "@/lib/certificates/pem";
import { judgeOcsp, makeOcspRequest } from "./verify-ocsp";
import { readSingle, type Subject } from "./verify-subject";

const openssl = await hasOpenssl();
const HOUR = 3_600_000;
const now = new Date();
const at = (hours: number) => new Date(now.getTime() + hours * HOUR);

function reading(pem: string) {
  const pems = readPem(pem, 10);
  const [block] = pems.kind === "blocks" ? pems.blocks : [];
  const found = block && readSingle(block.octets);
  if (found === undefined) throw new Error("that is no certificate");
  return found;
}

async function subjectOf(ca: ForeignCa, made: Made): Promise<Subject> {
  return { certificate: reading(made.pem), issuer: reading(await ca.pem) };
}

describe.runIf(openssl)("answers that openssl makes", () => {
  let ca: ForeignCa;
  let twin: ForeignCa;
  let valid: Made;
  let revoked: Made;
  let subject: Subject;
  let request: Buffer;

  beforeAll(async () => {
    [ca, twin] = await Promise.all([ForeignCa.make("Foreign CA"), ForeignCa.make("Foreign CA")]);
    valid = await ca.issue({ name: "valid.example.test" });
    revoked = await ca.issue({ name: "revoked.example.test" });
    await ca.revoke(revoked);
    subject = await subjectOf(ca, valid);
    request = makeOcspRequest(subject);
  });
  afterAll(() => Promise.all([ca.remove(), twin.remove()]));

  test("the request is the one that openssl makes", async () => {
    expect(request.toString("hex")).toBe((await ca.request(valid)).toString("hex"));
  });

  test.each(["name", "key"] as const)("good, by the issuer itself, named by %s", async (by) => {
    const judged = await judgeOcsp(await ca.answer(request, { days: 2, by }), subject, now);
    expect(judged).toMatchObject({ kind: "good" });
  });

  test.each([1024, 2048])("good, signed with RSA of %d bits", async (bits) => {
    const rsa = await ForeignCa.make("RSA CA", {}, ["-newkey", `rsa:${bits}`]);
    const theirs = await subjectOf(rsa, await rsa.issue({ name: "rsa.example.test" }));
    expect(await judgeOcsp(await rsa.answer(makeOcspRequest(theirs)), theirs, new Date())).toMatchObject({
      kind: "good",
    });
    await rsa.remove();
  });

  test("good, by a responder that the issuer appointed", async () => {
    const signer = await ca.appoint();
    const answer = await ca.answer(request, { signer, days: 2, by: "key" });
    expect(await judgeOcsp(answer, subject, now)).toMatchObject({ kind: "good" });
  });

  test.each(["sha256", "sha384", "sha512"])("good, where the certificate is named by %s", async (digest) => {
    const answer = await ca.answer(await ca.request(valid, digest), { days: 2 });
    expect(await judgeOcsp(answer, subject, now)).toMatchObject({ kind: "good" });
  });

  test("revoked, with the time and the reason", async () => {
    const theirs = await subjectOf(ca, revoked);
    const judged = await judgeOcsp(await ca.answer(makeOcspRequest(theirs), { days: 2 }), theirs, now);
    expect(judged).toMatchObject({ kind: "revoked", reason: "keyCompromise" });
    const time = judged.kind === "revoked" ? judged.revokedAt.getTime() : 0;
    expect(Math.abs(time - now.getTime())).toBeLessThan(HOUR);
  });

  test("a hold is not final, so it counts as no revocation", async () => {
    const held = await ca.issue({ name: "held.example.test" });
    await ca.revoke(held, "certificateHold");
    const theirs = await subjectOf(ca, held);
    const judged = await judgeOcsp(await ca.answer(makeOcspRequest(theirs), { days: 2 }), theirs, now);
    expect(judged).toMatchObject({ kind: "unknown", sentence: expect.stringContaining("on hold") });
  });

  test("unknown, where the CA has never heard of it", async () => {
    const stranger = await twin.issue({ name: "stranger.example.test" });
    const theirs = { certificate: reading(stranger.pem), issuer: subject.issuer };
    const judged = await judgeOcsp(await ca.answer(makeOcspRequest(theirs), { days: 2 }), theirs, now);
    expect(judged).toMatchObject({ kind: "unknown", sentence: expect.stringContaining("does not know") });
  });

  const refused = async (answer: Buffer, when = now) => {
    const judged = await judgeOcsp(answer, subject, when);
    return judged.kind === "refused" ? judged.sentence : judged.kind;
  };

  test("its dates count, to the millisecond where it ends", async () => {
    const answer = await ca.answer(request, { days: 2 });
    const judged = await judgeOcsp(answer, subject, now);
    if (judged.kind !== "good" || judged.nextUpdate === null) throw new Error("it should be good until then");
    const end = judged.nextUpdate.getTime();
    expect(await refused(answer, new Date(end))).toBe("good");
    expect(await refused(answer, new Date(end + 1))).toContain("out of date since");
    const early = judged.thisUpdate.getTime() - 5 * 60_000;
    expect(await refused(answer, new Date(early))).toBe("good");
    expect(await refused(answer, new Date(early - 1))).toContain("has not come yet");
  });

  test("without an end it counts for a day", async () => {
    const answer = await ca.answer(request);
    expect(await refused(answer, at(23.9))).toBe("good");
    expect(await refused(answer, at(24.1))).toContain("does not say until when it holds");
  });

  test("one that another key made in the issuer's name is forged", async () => {
    // The twin has the issuer's name and a key of its own.
    const forged = await twin.answer(request, { days: 2 });
    expect(await refused(forged)).toContain("not signed by the key that it should be signed by");
    const good = await ca.answer(request, { days: 2 });
    const changed = Buffer.from(good);
    const inside = good.indexOf(Buffer.from([0x80, 0x00, 0x18])) - 1;
    changed[inside] = (changed[inside] ?? 0) ^ 1;
    expect(await refused(changed)).not.toBe("good");
  });

  test("every changed octet of an answer is noticed or means nothing", async () => {
    const good = await ca.answer(request, { days: 2 });
    const kinds = new Set<string>();
    for (let index = 0; index < good.length; index += 1) {
      const changed = Buffer.from(good);
      changed[index] = (changed[index] ?? 0) ^ 0x01;
      kinds.add((await judgeOcsp(changed, subject, now)).kind);
    }
    // What came with the answer and is not needed may be changed; nothing of what is signed may.
    expect([...kinds].filter((kind) => kind !== "refused" && kind !== "good")).toEqual([]);
  });

  test("one about another certificate is refused", async () => {
    const other = makeOcspRequest(await subjectOf(ca, revoked));
    expect(await refused(await ca.answer(other, { days: 2 }))).toContain("another certificate of this issuer");
  });

  test("one by a responder of another issuer is refused", async () => {
    const signer = await twin.appoint();
    expect(await refused(await ca.answer(request, { signer, days: 2 }))).toContain("is not signed by the issuer");
  });

  test("one by a certificate that is not for answers is refused", async () => {
    const signer = await ca.issue({ name: "server.example.test", extensions: ["extendedKeyUsage=serverAuth"] });
    expect(await refused(await ca.answer(request, { signer, days: 2 }))).toContain("not made for signing OCSP answers");
  });

  test("one by a responder whose certificate is out of date is refused", async () => {
    const signer = await ca.appoint({ name: "old", notBefore: "20200101000000Z", notAfter: "20210101000000Z" });
    expect(await refused(await ca.answer(request, { signer, days: 2 }))).toContain("expired on 1 Jan 2021");
    const early = await ca.appoint({ name: "early", notBefore: "20490101000000Z", notAfter: "20491231000000Z" });
    expect(await refused(await ca.answer(request, { signer: early, days: 2 }))).toContain("is valid from 1 Jan 2049");
  });

  test("one that is signed with SHA-1 is refused, whatever hash names the certificate", async () => {
    expect(await refused(await ca.answer(request, { digest: "sha1", days: 2 }))).toContain("ECDSAWithSHA1");
    const other = await ca.request(valid, "sha512");
    expect(await refused(await ca.answer(other, { digest: "sha1", days: 2 }))).toContain("can be forged");
  });

  test("one that names the certificate with SHA-1 is refused, whoever signed it", async () => {
    const answer = await ca.answer(await ca.request(valid, "sha1"), { days: 2 });
    expect(await refused(answer)).toContain("names the certificate with SHA-1");
  });

  test("a certificate that is named by a hash that nobody trusts is refused", async () => {
    const answer = await ca.answer(await ca.request(valid, "md5"), { days: 2 }).catch(() => null);
    if (answer !== null) expect(await refused(answer)).toContain("a hash that Certsweep does not trust");
    const sha256 = Buffer.from("0609608648016503040201", "hex");
    const good = await ca.answer(request, { days: 2 });
    const changed = Buffer.from(good);
    // 2.16.840.1.101.3.4.2.127 is no hash at all.
    changed[good.indexOf(sha256) + sha256.length - 1] = 0x7f;
    expect(await refused(changed)).toContain("a hash that Certsweep does not trust");
  });
});

describe("octets that are no answer", () => {
  const moment = new Date("2026-11-22T12:00:00Z");

  async function subject(): Promise<Subject> {
    const span = { notBefore: new Date("2026-01-01T00:00:00Z"), notAfter: new Date("2027-01-01T00:00:00Z") };
    const issuer = await generateCertificate({ subjectCommonName: "CA", isCa: true, ...span });
    const leaf = await generateCertificate({ subjectCommonName: "leaf", issuer, ...span });
    return { certificate: reading(leaf.pem), issuer: reading(issuer.pem) };
  }

  test.each([
    ["30030a0103", "busy and asks to try later"],
    ["30030a0101", "did not understand"],
    ["30030a0102", "has an error inside"],
    ["30030a0105", "wants the request signed"],
    ["30030a0106", "does not answer for this certificate"],
    ["30030a0104", "no OCSP answer"],
    ["30030a0100", "of a type that Certsweep does not know"],
    ["30030a010000", "no OCSP answer"],
    ["", "no OCSP answer"],
    ["3080", "no OCSP answer"],
    [Buffer.from("<!doctype html><title>Sign in to the network</title>").toString("hex"), "no OCSP answer"],
    ["1f8b080000000000", "no OCSP answer"],
    [`30${"84ffffffff"}0a0100`, "no OCSP answer"],
  ])("%s is refused with a reason", async (octets, reason) => {
    const judged = await judgeOcsp(Buffer.from(octets, "hex"), await subject(), moment);
    expect(judged).toMatchObject({ kind: "refused", sentence: expect.stringContaining(reason) });
  });
});
