import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Openssl, opensslIn } from "@/e2e/openssl";
import { readRequest } from "./requests";

const folder = mkdtempSync(path.join(os.tmpdir(), "certsweep-requests-"));
let openssl: Openssl | null = null;
beforeAll(async () => {
  openssl = await opensslIn(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A request that openssl makes, with a key of these options and these extensions. */
async function asked(options: { key: string[]; subject?: string; extensions?: string[]; more?: string[] }) {
  const extensions = (options.extensions ?? []).flatMap((extension) => ["-addext", extension]);
  const made = await openssl?.(
    ...["req", "-new", "-nodes", "-keyout", "key.pem", "-out", "request.pem", "-config", "none.cnf"],
    ...["-subj", options.subject ?? "/", ...options.key, ...extensions, ...(options.more ?? [])],
  );
  if (made?.code !== 0) throw new Error(made?.text);
  return readFileSync(path.join(folder, "request.pem"), "utf8");
}

beforeAll(() => writeFileSync(path.join(folder, "none.cnf"), "[req]\ndistinguished_name=none\n[none]\n"));

const EC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
const rsa = (bits: number) => ["-newkey", `rsa:${bits}`];
const NAMES = ["subjectAltName=DNS:A.example,DNS:*.a.example,IP:192.0.2.1,IP:2001:db8::1"];

test.for<[string[], string]>([
  [EC, "EC P-256"],
  [["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp384r1"], "EC P-384"],
  [rsa(2_048), "RSA 2048"],
  [rsa(3_072), "RSA 3072"],
])("a request that openssl makes with %j is read", async ([key, keyAlgorithm], context) => {
  if (openssl === null) return context.skip("there is no openssl");
  const pem = await asked({ key, subject: "/O=Somebody/CN=a.example", extensions: NAMES });
  const names = ["a.example", "*.a.example", "192.0.2.1", "2001:db8::1"];
  expect(readRequest(pem)).toMatchObject({ names, commonName: "a.example", keyAlgorithm });
  expect(readRequest(`Here it is:\r\n${pem.replaceAll("\n", "\r\n")}`)).toMatchObject({ names });
});

test("a host in the common name counts as a name, other text does not", async (context) => {
  if (openssl === null) return context.skip("there is no openssl");
  const alone = await asked({ key: EC, subject: "/CN=Only.example" });
  expect(readRequest(alone)).toMatchObject({ names: ["only.example"], commonName: "only.example" });
  const besides = await asked({ key: EC, subject: "/CN=b.example", extensions: NAMES });
  expect(readRequest(besides)).toMatchObject({ commonName: "b.example", names: expect.arrayContaining(["b.example"]) });
  const text = await asked({ key: EC, subject: "/CN=Jane Doe", extensions: NAMES });
  expect(readRequest(text)).toMatchObject({ commonName: null });
});

test.for<[Parameters<typeof asked>[0], string]>([
  [{ key: rsa(1_024), extensions: NAMES }, "Its RSA key of 1024 bits is too weak. Make one of 2,048 bits or more."],
  [
    { key: [...rsa(2_048), "-pkeyopt", "rsa_keygen_pubexp:3"], extensions: NAMES },
    "Its RSA key has a weak public exponent. Make one with the exponent 65537.",
  ],
  [
    { key: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"], extensions: NAMES },
    "Its key is on a curve that is not taken. Make one on P-256, P-384 or P-521.",
  ],
  [
    { key: [...EC, "-pkeyopt", "ec_param_enc:explicit"], extensions: NAMES },
    "Its key spells out its curve instead of naming it. Make one on P-256, P-384 or P-521.",
  ],
  [
    { key: ["-newkey", "ed25519"], extensions: NAMES },
    "Its key is of a kind that is not taken. Make an RSA key or an EC key.",
  ],
  [
    { key: rsa(2_048), extensions: NAMES, more: ["-sha1"] },
    "The request is not signed with its own key by RSA or ECDSA with SHA-2. Make it again.",
  ],
  [
    { key: EC, subject: "/CN=Jane Doe" },
    "The request names no host or address. Make it with subject alternative names.",
  ],
  [
    { key: EC, extensions: [...NAMES, "basicConstraints=CA:TRUE"] },
    "The request asks for a certificate authority. Only servers and clients get certificates here.",
  ],
  [
    { key: EC, extensions: [...NAMES, "keyUsage=cRLSign"] },
    "The request asks for a certificate authority. Only servers and clients get certificates here.",
  ],
  [
    { key: EC, extensions: ["subjectAltName=email:a@a.example,DNS:a.example"] },
    "The request asks for names that are neither DNS names nor IP addresses.",
  ],
  [
    { key: EC, extensions: ["subjectAltName=DNS:a_b.example"] },
    "“a_b.example” is neither a DNS name nor an IP address.",
  ],
  [
    { key: EC, extensions: [`subjectAltName=${Array.from({ length: 101 }, (_, i) => `DNS:h${i}.example`).join()}`] },
    "A certificate has at most 100 names.",
  ],
])("what openssl makes of %j is refused with a sentence", async ([options, sentence], context) => {
  if (openssl === null) return context.skip("there is no openssl");
  expect(readRequest(await asked(options))).toEqual({ sentence });
});

test("a request with another key's signature is refused", async (context) => {
  if (openssl === null) return context.skip("there is no openssl");
  const body = (pem: string) => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64");
  const [one, other] = [
    body(await asked({ key: EC, extensions: NAMES })),
    body(await asked({ key: EC, extensions: NAMES })),
  ];
  // The keys differ in the same places, so one request with the other's key is of the right form.
  const keyAt = one.indexOf(Buffer.from("03420004", "hex"));
  const swapped = Buffer.concat([one.subarray(0, keyAt), other.subarray(keyAt, keyAt + 68), one.subarray(keyAt + 68)]);
  const pem = `-----BEGIN CERTIFICATE REQUEST-----\n${swapped.toString("base64")}\n-----END CERTIFICATE REQUEST-----`;
  expect(readRequest(pem)).toEqual({
    sentence: "The request is not signed with its own key by RSA or ECDSA with SHA-2. Make it again.",
  });
});

test.each([
  ["", "Paste one certificate request: “BEGIN CERTIFICATE REQUEST”."],
  [
    "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----",
    "Paste one certificate request: “BEGIN CERTIFICATE REQUEST”.",
  ],
  [
    "-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----",
    "The request is damaged or cut short. Copy it again.",
  ],
  ["-----BEGIN CERTIFICATE REQUEST-----\nMAA=", "The request is damaged or cut short. Copy it again."],
  ["x".repeat(100_001), "This is too long to be a certificate request."],
])("text that is no request is refused", (text, sentence) => {
  expect(readRequest(text)).toEqual({ sentence });
});
