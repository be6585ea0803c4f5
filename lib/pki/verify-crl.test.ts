import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ForeignCa, hasOpenssl, type ListWish, type Made } from "@/e2e/foreign-ca";
import { type GeneratedCertificate, generateCertificate } from "@/lib/certificates/generate";
import { der, entry, extension, makeList, reason } from "./test-list";
import { judgeByCrl, readCrl } from "./verify-crl";
import { readSingle, type Subject, serialOctets } from "./verify-subject";

const openssl = await hasOpenssl();

/** What is said of a certificate, or the sentence with which the list is refused. */
async function judge(octets: Buffer, subject: Subject, now: Date): Promise<string> {
  const list = await readCrl(octets, subject.issuer);
  if (list.kind === "refused") return list.sentence;
  const judged = judgeByCrl(list, subject, now);
  if (judged.kind === "refused" || judged.kind === "unknown") return judged.sentence;
  return judged.kind === "revoked" ? `revoked: ${judged.reason}` : judged.kind;
}

function reading(text: string | Buffer) {
  const octets = typeof text === "string" ? Buffer.from(text.replace(/-----.*?-----/g, ""), "base64") : text;
  const found = readSingle(octets);
  if (found === undefined) throw new Error("that is no certificate");
  return found;
}

describe.runIf(openssl)("lists that openssl makes", () => {
  let ca: ForeignCa;
  let valid: Made;
  let revoked: Made;
  const now = new Date();
  const crl = "http://crl.example.test/all.crl";

  beforeAll(async () => {
    ca = await ForeignCa.make("Foreign CA", { crl });
    valid = await ca.issue({ name: "valid.example.test" });
    revoked = await ca.issue({ name: "revoked.example.test" });
    await ca.revoke(revoked, "superseded");
  });
  afterAll(() => ca.remove());

  const subjectOf = async (made: Made) => ({ certificate: reading(made.pem), issuer: reading(await ca.pem) });

  test("tell good and revoked apart", async () => {
    const list = await ca.list();
    expect(await judge(list, await subjectOf(valid), now)).toBe("good");
    expect(await judge(list, await subjectOf(revoked), now)).toBe("revoked: superseded");
  });

  test("count while they say so, to the millisecond", async () => {
    const list = await ca.list({ days: 7 });
    const subject = await subjectOf(valid);
    const read = await readCrl(list, subject.issuer);
    if (read.kind === "refused" || read.nextUpdate === null) throw new Error("it should be read");
    const end = read.nextUpdate.getTime();
    expect(await judge(list, subject, new Date(end))).toBe("good");
    expect(await judge(list, subject, new Date(end + 1))).toContain("out of date since");
    const early = read.thisUpdate.getTime() - 5 * 60_000;
    expect(await judge(list, subject, new Date(early))).toBe("good");
    expect(await judge(list, subject, new Date(early - 1))).toContain("has not come yet");
  });

  test.each<[string, ListWish, string]>([
    ["signed with SHA-1", { digest: "sha1" }, "signed with ECDSAWithSHA1, which can be forged"],
    ["of changes only", { extensions: ["2.5.29.27=critical,ASN1:INTEGER:1"] }, "lists only what has changed"],
    ["with an unknown critical extension", { extensions: ["1.2.3.4=critical,ASN1:NULL"] }, "does not know (1.2.3.4)"],
    ["of several issuers", idp("indirectCRL=TRUE"), "certificates of several issuers"],
    ["of some reasons", idp("onlysomereasons=keyCompromise"), "only some reasons"],
    ["of attribute certificates", idp("onlyAA=TRUE"), "attribute certificates"],
    ["of CAs", idp("onlyCA=TRUE"), "for certificates of CAs only"],
    ["of another part", idp("fullname=URI:http://crl.example.test/2.crl"), "the part for other certificates"],
  ])("%s are refused", async (_, wish, sentence) => {
    expect(await judge(await ca.list(wish), await subjectOf(valid), now)).toContain(sentence);
  });

  test.each([
    ["of this part", idp(`fullname=URI:${crl}`)],
    ["of users", idp("onlyuser=TRUE")],
    ["with an unknown extension that is not critical", { extensions: ["1.2.3.4=ASN1:NULL"] }],
  ])("%s are taken", async (_, wish) => {
    expect(await judge(await ca.list(wish), await subjectOf(revoked), now)).toBe("revoked: superseded");
  });

  function idp(line: string): ListWish {
    return { extensions: ["issuingDistributionPoint=critical,@point", "[point]", line] };
  }

  test("another key in the issuer's name and another issuer are told apart", async () => {
    const [twin, other] = await Promise.all([ForeignCa.make("Foreign CA"), ForeignCa.make("Other CA")]);
    expect(await judge(await twin.list(), await subjectOf(valid), now)).toContain("not signed by the key");
    expect(await judge(await other.list(), await subjectOf(valid), now)).toContain("of another issuer");
    await Promise.all([twin.remove(), other.remove()]);
  });
});

describe("lists of any kind", () => {
  const thisUpdate = new Date("2026-11-20T00:00:00Z");
  const nextUpdate = new Date("2026-11-27T00:00:00Z");
  const now = new Date("2026-11-22T12:00:00Z");
  let issuer: GeneratedCertificate;
  let subject: Subject;
  let serial: Buffer;

  beforeAll(async () => {
    const span = { notBefore: new Date("2026-01-01T00:00:00Z"), notAfter: new Date("2027-01-01T00:00:00Z") };
    issuer = await generateCertificate({ subjectCommonName: "CA", isCa: true, ...span });
    const leaf = await generateCertificate({ subjectCommonName: "leaf", issuer, ...span });
    subject = { certificate: reading(leaf.der), issuer: reading(issuer.der) };
    serial = serialOctets(subject.certificate);
  });

  const judgeEntries = async (entries: Buffer[], extensions: Buffer[] = []) =>
    judge(await makeList(issuer, { thisUpdate, nextUpdate, entries, extensions }), subject, now);

  test("an empty one says that all is well", async () => {
    expect(await judgeEntries([])).toBe("good");
  });

  test.each([
    [1, "revoked: keyCompromise"],
    [2, "revoked: cACompromise"],
    [10, "revoked: aACompromise"],
    [7, "revoked: unspecified"],
    [99, "revoked: unspecified"],
    [6, "on hold"],
    [8, "good"],
  ])("the reason %d", async (code, expected) => {
    expect(await judgeEntries([entry(serial, thisUpdate, [reason(code)])])).toContain(expected);
  });

  test("a serial number counts as a number and stands nowhere else", async () => {
    expect(await judgeEntries([entry(Buffer.concat([Buffer.of(0), serial]), thisUpdate)])).toBe("revoked: unspecified");
    const around = Buffer.concat([Buffer.of(1), serial, Buffer.of(1)]);
    expect(await judgeEntries([entry(around, thisUpdate)])).toBe("good");
    const told = extension("06032a0304", serial);
    expect(await judgeEntries([entry(Buffer.of(5), thisUpdate, [told])])).toBe("good");
  });

  test("a critical extension of any entry spoils the list", async () => {
    const critical = extension("0603551d1d", der(0x30), true);
    expect(await judgeEntries([entry(Buffer.of(5), thisUpdate, [critical])])).toContain("an entry with a critical");
    const flagInside = extension("06032a0304", Buffer.from("0101ff", "hex"));
    expect(await judgeEntries([entry(Buffer.of(5), thisUpdate, [flagInside])])).toBe("good");
  });

  test("an entry that cannot be read spoils the list", async () => {
    expect(await judgeEntries([der(0x30, der(2, Buffer.of(5)))])).toContain("an entry that cannot be read");
    expect(await judgeEntries([Buffer.from("0500", "hex")])).toContain("an entry that cannot be read");
  });

  test("a list that names another key of its issuer is refused", async () => {
    const other = extension("0603551d23", der(0x30, der(0x80, randomBytes(20))));
    expect(await judgeEntries([], [other])).toContain("another key of its issuer");
  });

  test("without an end it counts for a day", async () => {
    const list = await makeList(issuer, { thisUpdate });
    const later = (hours: number) => new Date(thisUpdate.getTime() + hours * 3_600_000);
    expect(await judge(list, subject, later(24))).toBe("good");
    expect(await judge(list, subject, later(24.1))).toContain("does not say until when it holds");
  });

  test.each([
    ["", ""],
    ["3080", ""],
    ["30030a0100", ""],
    [Buffer.from("<!doctype html><title>Not found</title>").toString("hex"), ""],
    [Buffer.from("-----BEGIN X509 CRL-----").toString("hex"), ""],
  ])("%s is no list", async (octets) => {
    expect(await judge(Buffer.from(octets, "hex"), subject, now)).toBe("What came is no revocation list.");
  });

  test("no changed octet makes a revoked certificate good", async () => {
    const list = await makeList(issuer, { thisUpdate, nextUpdate, entries: [entry(serial, thisUpdate, [reason(1)])] });
    const said = new Set<string>();
    for (let index = 0; index < list.length; index += 1) {
      const changed = Buffer.from(list);
      changed[index] = (changed[index] ?? 0) ^ 0x01;
      said.add(await judge(changed, subject, now));
    }
    expect(said.has("good")).toBe(false);
  });

  test("ten megabytes are read whole, and the last entry is found", async () => {
    const many = Array.from({ length: 240_000 }, () => entry(randomBytes(16), thisUpdate, [reason(4)]));
    const list = await makeList(issuer, { thisUpdate, nextUpdate, entries: [...many, entry(serial, thisUpdate)] });
    expect(list.length).toBeGreaterThan(10_000_000);
    expect(await judge(list, subject, now)).toBe("revoked: unspecified");
  });
});
