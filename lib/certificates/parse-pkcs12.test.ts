import { execFileSync } from "node:child_process";
import { KeyObject } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makePkcs7, makePkcs12 } from "@/e2e/key-files";
import { openCertificateFile } from "./file-opening";
import { type CertificateOrder, type GeneratedCertificate, generateCertificate } from "./generate";
import { formatPem } from "./pem";

const PASSWORD = "öpen sesame 😀";
const dates = { notBefore: new Date("2026-01-01T00:00:00Z"), notAfter: new Date("2027-01-01T00:00:00Z") };
const make = (name: string, order: Partial<CertificateOrder> = {}) =>
  generateCertificate({ subjectCommonName: name, ...dates, ...order });

let root: GeneratedCertificate;
let middle: GeneratedCertificate;
let leaf: GeneratedCertificate;
let key: KeyObject;

beforeAll(async () => {
  root = await make("root", { isCa: true });
  middle = await make("middle", { isCa: true, issuer: root });
  leaf = await make("leaf", { issuer: middle, keyAlgorithm: "RSA 2048" });
  key = KeyObject.from(leaf.privateKey);
});

/** "leaf<middle<root +rsa", or the refusal. */
async function answerTo(bytes: Uint8Array | string, password = ""): Promise<string> {
  const reading = await openCertificateFile(Buffer.from(bytes), password);
  if (reading.kind === "refused") return `${reading.reason}: ${reading.sentence}`;
  const lines = reading.groups.map(({ certificate, chain }) =>
    [certificate, ...chain].map(({ commonName }) => commonName).join("<"),
  );
  return [...lines, ...reading.keys.map(({ key: { asymmetricKeyType } }) => `+${asymmetricKeyType}`)].join(" ");
}

describe("a PKCS#7 bundle", () => {
  test("gives its certificates with their chains, in whatever order, as DER, PEM and bare base64", async () => {
    for (const set of [
      [leaf, middle, root],
      [root, leaf, middle],
      [middle, root, root, leaf],
    ]) {
      const bundle = makePkcs7(set.map(({ der }) => der));
      expect(await answerTo(bundle)).toBe("leaf<middle<root");
      expect(await answerTo(formatPem(bundle).replaceAll("CERTIFICATE", "PKCS7"))).toBe("leaf<middle<root");
      expect(await answerTo(bundle.toString("base64"))).toBe("leaf<middle<root");
    }
  });

  test("gives each of several leaves the chain that they share, and roots alone", async () => {
    const other = await make("other", { issuer: middle });
    const stranger = await make("stranger");
    const bundle = makePkcs7([middle, stranger, leaf, root, other].map(({ der }) => der));
    expect(await answerTo(bundle)).toBe("stranger leaf<middle<root other<middle<root");
  });

  test("without certificates is refused", async () => {
    expect(await answerTo(makePkcs7([]))).toContain("is not a certificate but a PKCS#7 message without certificates");
    expect(await answerTo(makePkcs7([Buffer.from("3003020101", "hex")]))).toContain("unreadable_block: ");
  });
});

describe("a PKCS#12 file", () => {
  const pack = (more: Partial<Parameters<typeof makePkcs12>[0]> = {}) =>
    makePkcs12({ certificates: [root.der, leaf.der, middle.der], key, password: PASSWORD, ...more });

  test("opens with its password: certificate, chain and private key", async () => {
    expect(await answerTo(pack(), PASSWORD)).toBe("leaf<middle<root +rsa");
    expect(await answerTo(pack({ checkRounds: 0 }), PASSWORD)).toBe("leaf<middle<root +rsa");
    expect(await answerTo(pack({ key: null, certificates: [root.der] }), PASSWORD)).toBe("root");
    expect(await answerTo(pack({ password: "" }))).toBe("leaf<middle<root +rsa");
  });

  test("says that a password is missing or wrong", async () => {
    expect(await answerTo(pack())).toMatch(/^password: This file needs a password\. /);
    expect(await answerTo(pack(), "wrong")).toMatch(/^password: The password does not open this file\. /);
    expect(await answerTo(pack({ checkRounds: 0 }), "wrong")).toMatch(/^password: /);
  });

  test("that was changed is refused", async () => {
    const bytes = pack();
    const at = bytes.length - 200;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    expect(await answerTo(bytes, PASSWORD)).toMatch(/^(?:password|unreadable_block|legacy): /);
    expect(await answerTo(pack().subarray(0, -20), PASSWORD)).toContain(": ");
  });

  test.each([
    { rounds: 10_000_001 },
    { rounds: 2_000_000_000 },
    { checkRounds: 1_000_001 },
    { checkRounds: 2_000_000_000 },
  ])("that asks for too much work is refused: %o", async (effort) => {
    expect(await answerTo(pack(effort), PASSWORD)).toContain("10 million rounds");
  });

  test("as text is refused with what to upload instead", async () => {
    expect(await answerTo(pack().toString("base64"), PASSWORD)).toContain("Upload the .p12 or .pfx file itself.");
  });

  test("with some octets changed or cut off is answered, and never with an error", async () => {
    const whole = pack({ rounds: 1, checkRounds: 1 });
    const change = fc.record({
      at: fc.nat(whole.length - 1),
      to: fc.nat(255),
      end: fc.integer({ min: 1, max: whole.length }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), fc.boolean(), async (changes, cuts) => {
        const bytes = Buffer.from(whole);
        for (const { at, to } of changes) bytes[at] = to;
        expect(await answerTo(cuts ? bytes.subarray(0, changes[0]?.end) : bytes, PASSWORD)).not.toBe("");
      }),
      { numRuns: 500 },
    );
  });
});

describe("files that openssl makes", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "certsweep-openssl-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const openssl = (...args: string[]) =>
    execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  const version = versionOf(() => openssl("version").toString());
  const here = { skip: version < 3 };

  test("are tried, or that they are not is said aloud", () => {
    if (version < 3) process.stderr.write("THERE IS NO OPENSSL 3 HERE: ITS OWN FILES WERE NOT TRIED.\n");
    expect(version >= 3 || process.env.CI !== "true").toBe(true);
  });

  function exportAs(...options: string[]): Buffer {
    writeFileSync(path.join(folder, "key.pem"), key.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
    writeFileSync(path.join(folder, "leaf.pem"), `${leaf.pem}\n`);
    writeFileSync(path.join(folder, "chain.pem"), `${root.pem}\n${middle.pem}\n`);
    const given = options.includes("-nokeys") ? [] : ["-inkey", "key.pem"];
    openssl("pkcs12", "-export", "-in", "leaf.pem", "-certfile", "chain.pem", ...given, "-out", "out.p12", ...options);
    return readFileSync(path.join(folder, "out.p12"));
  }

  test.for([
    { options: [] },
    { options: ["-macalg", "sha512", "-iter", "100000"] },
    { options: ["-macalg", "sha1", "-certpbe", "AES-128-CBC", "-keypbe", "AES-192-CBC"] },
    { options: ["-certpbe", "NONE", "-keypbe", "NONE"] },
    { options: ["-nomac"] },
  ])("PKCS#12 with $options opens", here, async ({ options }) => {
    expect(await answerTo(exportAs("-passout", "pass:secret", ...options), "secret")).toBe("leaf<middle<root +rsa");
  });

  test("PKCS#12 with an empty password opens without one", here, async () => {
    expect(await answerTo(exportAs("-passout", "pass:"))).toBe("leaf<middle<root +rsa");
  });

  test("PKCS#7 gives its certificates", here, async () => {
    exportAs("-passout", "pass:secret");
    openssl(
      "crl2pkcs7",
      "-nocrl",
      "-certfile",
      "chain.pem",
      "-certfile",
      "leaf.pem",
      "-outform",
      "DER",
      "-out",
      "out.p7b",
    );
    expect(await answerTo(readFileSync(path.join(folder, "out.p7b")))).toBe("leaf<middle<root");
  });

  test("old PKCS#12 is refused with the commands that convert it, and they do", here, async () => {
    const old = exportAs("-legacy", "-passout", "pass:secret");
    for (const password of ["", "secret"]) {
      const answer = await answerTo(old, password);
      expect(answer).toMatch(/^legacy: /);
      expect(answer).toContain(
        "“openssl pkcs12 -legacy -in FILE -out both.pem” and then “openssl pkcs12 -export -in both.pem -out new.p12”",
      );
    }
    openssl(
      "pkcs12",
      "-legacy",
      "-in",
      "out.p12",
      "-out",
      "both.pem",
      "-passin",
      "pass:secret",
      "-passout",
      "pass:other",
    );
    openssl("pkcs12", "-export", "-in", "both.pem", "-out", "new.p12", "-passin", "pass:other", "-passout", "pass:new");
    expect(await answerTo(readFileSync(path.join(folder, "new.p12")), "new")).toBe("leaf<middle<root +rsa");
    expect(await answerTo(readFileSync(path.join(folder, "both.pem")), "other")).toContain("+rsa");
  });

  test("an old encrypted key is refused with the command that converts it, and it does", here, async () => {
    exportAs("-passout", "pass:secret");
    openssl("pkcs8", "-topk8", "-v1", "PBE-SHA1-3DES", "-in", "key.pem", "-out", "old.pem", "-passout", "pass:secret");
    const answer = await answerTo(readFileSync(path.join(folder, "old.pem")), "secret");
    expect(answer).toMatch(
      /^legacy: .*“openssl pkey -provider default -provider legacy -in FILE -aes256 -out new.pem”/,
    );
    const providers = ["-provider", "default", "-provider", "legacy"];
    openssl(
      "pkey",
      ...providers,
      "-in",
      "old.pem",
      "-aes256",
      "-out",
      "new.pem",
      "-passin",
      "pass:secret",
      "-passout",
      "pass:new",
    );
    expect(await answerTo(readFileSync(path.join(folder, "new.pem")), "new")).toBe("+rsa");
  });
});

/** The major version, or 0 where there is no openssl. */
function versionOf(ask: () => string): number {
  try {
    return Number(/^OpenSSL (\d+)/.exec(ask())?.[1] ?? 0);
  } catch {
    return 0;
  }
}
