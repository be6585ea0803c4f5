import { hash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as certRoute from "@/app/pki/[authority]/cert/route";
import * as certPemRoute from "@/app/pki/[authority]/cert.pem/route";
import * as crlRoute from "@/app/pki/[authority]/crl/route";
import * as crlPemRoute from "@/app/pki/[authority]/crl.pem/route";
import * as ocspRoute from "@/app/pki/[authority]/ocsp/[[...request]]/route";
import { database } from "@/drizzle/client";
import { authorities } from "@/drizzle/schema/issuers";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertPerson } from "@/drizzle/test-rows";
import { type Openssl, opensslIn } from "@/e2e/openssl";
import { insertPrivateIssuer, issueLeaf, revokeLeaf } from "@/e2e/private-ca";
import { serveRoutes } from "@/e2e/route-server";
import type { Scope } from "@/lib/auth/scope";
import { KEY_ALGORITHMS } from "@/lib/issuers/rules";

useTestDatabase();

const folder = mkdtempSync(path.join(os.tmpdir(), "certsweep-ocsp-"));
let openssl: Openssl | null = null;
let server: { url: string; stop: () => Promise<void> };
beforeAll(async () => {
  openssl = await opensslIn(folder);
  server = await serveRoutes([
    { path: /^\/pki\/(?<authority>[^/]+)\/crl$/, methods: crlRoute },
    { path: /^\/pki\/(?<authority>[^/]+)\/crl\.pem$/, methods: crlPemRoute },
    { path: /^\/pki\/(?<authority>[^/]+)\/cert$/, methods: certRoute },
    { path: /^\/pki\/(?<authority>[^/]+)\/cert\.pem$/, methods: certPemRoute },
    { path: /^\/pki\/(?<authority>[^/]+)\/ocsp(?:\/.*)?$/, methods: ocspRoute },
  ]);
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const file = (name: string) => path.join(folder, name);
const at = (authority: string, what: string) => `${server.url}/pki/${authority}/${what}`;

async function authorityOf({ accountId }: Scope, role: "root" | "intermediate") {
  const [row] = await database()
    .select({ id: authorities.id, pem: authorities.certificatePem })
    .from(authorities)
    .where(and(eq(authorities.accountId, accountId), eq(authorities.role, role)));
  if (row === undefined) throw new Error("there is no such authority");
  return row;
}

/** The files of a private CA that openssl asks with. */
async function putAuthorities(scope: Scope) {
  const [root, issuing] = [await authorityOf(scope, "root"), await authorityOf(scope, "intermediate")];
  writeFileSync(file("root.pem"), `${root.pem}\n`);
  writeFileSync(file("issuing.pem"), `${issuing.pem}\n`);
  writeFileSync(file("chain.pem"), `${issuing.pem}\n${root.pem}\n`);
  return { root: root.id, issuing: issuing.id };
}

/** What openssl says of certificates, asked by POST. */
async function asked(authority: string, options: string[]): Promise<string> {
  const said = await openssl?.(
    ...["ocsp", "-url", at(authority, "ocsp"), "-issuer", "issuing.pem", "-CAfile", "chain.pem", "-text"],
    ...[...options, "-resp_text"],
  );
  return said?.text ?? "";
}

test.for(KEY_ALGORITHMS)(
  "openssl asks a CA with a key of %s whether certificates are good, revoked or unknown",
  async (keyAlgorithm, context) => {
    if (openssl === null) return context.skip("there is no openssl");
    const now = new Date();
    const scope = await insertPerson({ role: "admin" });
    const { issuerId } = await insertPrivateIssuer(scope, { keyAlgorithm }, now);
    const { issuing } = await putAuthorities(scope);
    const leaf = await issueLeaf(scope, { issuerId }, now);
    writeFileSync(file("leaf.pem"), `${leaf.certificatePem}\n`);
    const good = await asked(issuing, ["-cert", "leaf.pem"]);
    expect(good).toContain("Response verify OK\n");
    expect(good).toContain("\nleaf.pem: good\n");
    expect(good.match(/OCSP Nonce/g)).toHaveLength(2);
    expect(await asked(issuing, ["-sha256", "-cert", "leaf.pem", "-no_nonce"])).toContain("leaf.pem: good\n");
    expect(await asked(issuing, ["-sha512", "-cert", "leaf.pem"])).toContain("leaf.pem: good\n");
    await revokeLeaf(scope, leaf, new Date(), "superseded");
    const revoked = await asked(issuing, ["-cert", "leaf.pem"]);
    expect(revoked).toContain("Response verify OK\n");
    expect(revoked).toContain("\nleaf.pem: revoked\n");
    expect(revoked).toMatch(/Reason: superseded\s+Revocation Time: /);
    expect(await asked(issuing, ["-serial", "0x1234"])).toContain("0x1234: unknown\n");
  },
);

test("one request may ask about several certificates, and each gets its own answer", async (context) => {
  if (openssl === null) return context.skip("there is no openssl");
  const now = new Date();
  const scope = await insertPerson({ role: "admin" });
  const { issuerId } = await insertPrivateIssuer(scope, {}, now);
  const { issuing, root } = await putAuthorities(scope);
  const other = await insertPrivateIssuer(scope, {}, now);
  for (const name of ["one", "two", "three"]) {
    const leaf = await issueLeaf(scope, { issuerId: name === "three" ? other.issuerId : issuerId }, now);
    writeFileSync(file(`${name}.pem`), `${leaf.certificatePem}\n`);
    if (name === "two") await revokeLeaf(scope, leaf, now);
  }
  const said = await asked(issuing, ["-cert", "one.pem", "-sha256", "-cert", "two.pem", "-cert", "three.pem"]);
  expect(said).toContain("Response verify OK");
  expect([...said.matchAll(/^(\w+)\.pem: (\w+)/gm)].map(([, name, status]) => [name, status])).toEqual([
    ["one", "good"],
    ["two", "revoked"],
    ["three", "unknown"],
  ]);
  // Of the intermediate, its root says so, and it does not say so of itself.
  const above = ["ocsp", "-issuer", "root.pem", "-CAfile", "root.pem", "-cert", "issuing.pem"];
  expect((await openssl(...above, "-url", at(root, "ocsp"))).text).toContain("issuing.pem: good\n");
  expect((await openssl(...above, "-url", at(issuing, "ocsp"), "-VAfile", "issuing.pem")).text).toContain(
    "issuing.pem: unknown\n",
  );
});

test("a request in the address is answered as one that is posted, with slashes escaped or not, and may be kept", async (context) => {
  if (openssl === null) return context.skip("there is no openssl");
  const now = new Date();
  const scope = await insertPerson({ role: "admin" });
  const { issuerId } = await insertPrivateIssuer(scope, {}, now);
  const { issuing } = await putAuthorities(scope);
  const leaf = await issueLeaf(scope, { issuerId }, now);
  writeFileSync(file("leaf.pem"), `${leaf.certificatePem}\n`);
  const request = async (...options: string[]) => {
    await openssl?.("ocsp", "-issuer", "issuing.pem", "-cert", "leaf.pem", "-reqout", "request.der", ...options);
    return readFileSync(file("request.der")).toString("base64");
  };
  const got = async (address: string) => {
    const answer = await fetch(at(issuing, `ocsp/${address}`));
    writeFileSync(file("answer.der"), Buffer.from(await answer.arrayBuffer()));
    const read = [
      "ocsp",
      "-reqin",
      "request.der",
      "-respin",
      "answer.der",
      "-issuer",
      "issuing.pem",
      "-CAfile",
      "chain.pem",
    ];
    return { answer, text: (await openssl?.(...read, "-resp_text"))?.text ?? "" };
  };
  const plain = await request("-no_nonce");
  const kept = await got(encodeURIComponent(plain));
  expect(kept.text).toContain("Response verify OK\n");
  expect(kept.text).toContain("Cert Status: good\n");
  expect(kept.answer.headers.get("content-type")).toBe("application/ocsp-response");
  expect(kept.answer.headers.get("cache-control")).toBe("public, no-transform, must-revalidate, max-age=60");
  expect((await got(plain)).text).toContain("Cert Status: good\n");
  const nonced = await got(encodeURIComponent(await request()));
  expect(nonced.text).toContain("Response verify OK\n");
  expect(nonced.text).toContain("OCSP Nonce");
  expect(nonced.answer.headers.get("cache-control")).toBe("no-store");
  await revokeLeaf(scope, leaf, now);
  const revoked = await got(encodeURIComponent(plain));
  expect(revoked.text).toContain("Cert Status: revoked\n");
});

test("what is no request, or asks nobody, is told so", async () => {
  const now = new Date();
  const scope = await insertPerson({ role: "admin" });
  await insertPrivateIssuer(scope, {}, now);
  const { id: issuing } = await authorityOf(scope, "intermediate");
  const post = async (authority: string, body: Uint8Array<ArrayBuffer> | string) => {
    const answer = await fetch(at(authority, "ocsp"), { method: "POST", body });
    return { status: answer.status, octets: Buffer.from(await answer.arrayBuffer()).toString("hex") };
  };
  const malformed = { status: 200, octets: "30030a0101" };
  for (const body of ["", "x", "0\u0000", Buffer.from("3000", "hex"), Buffer.from("30053003300100", "hex")])
    expect(await post(issuing, body)).toEqual(malformed);
  expect(await post(issuing, Buffer.alloc(10_000))).toEqual(malformed);
  expect((await post(issuing, Buffer.alloc(10_001))).status).toBe(413);
  for (const authority of ["0", issuing.replace(/.$/, (last) => (last === "0" ? "1" : "0"))])
    expect((await post(authority, "x")).status).toBe(404);
  expect((await fetch(at(issuing, "ocsp"))).status).toBe(400);
  expect((await fetch(at(issuing, "ocsp/%E0%A4%A"))).status).toBe(400);
  expect((await fetch(at(issuing, "ocsp/MAA="))).status).toBe(200);
  // A CA whose key is elsewhere cannot answer for itself.
  await database()
    .update(authorities)
    .set({ keyBox: null, keyKeyId: null, isSigning: false })
    .where(eq(authorities.id, issuing));
  expect(await post(issuing, Buffer.from("3000", "hex"))).toEqual({ status: 200, octets: "30030a0106" });
  expect((await fetch(at(issuing, "crl"))).status).toBe(404);
  expect((await fetch(at(issuing, "cert"))).status).toBe(200);
});

test("lists and certificates are fetched by anybody, as DER and PEM, with times and tags for caches", async () => {
  const now = new Date();
  const scope = await insertPerson({ role: "admin" });
  const { issuerId } = await insertPrivateIssuer(scope, {}, now);
  const { id, pem } = await authorityOf(scope, "intermediate");
  const cert = await fetch(at(id, "cert"));
  const der = Buffer.from(await cert.arrayBuffer());
  expect(cert.headers.get("content-type")).toBe("application/pkix-cert");
  expect(hash("sha256", der)).toBe(hash("sha256", Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64")));
  expect(await (await fetch(at(id, "cert.pem"))).text()).toBe(`${pem}\n`);
  const list = await fetch(at(id, "crl"));
  expect(list.headers.get("content-type")).toBe("application/pkix-crl");
  expect(list.headers.get("cache-control")).toBe("public, no-transform, must-revalidate, max-age=300");
  expect(Date.parse(list.headers.get("last-modified") ?? "")).toBe(Math.floor(now.getTime() / 1_000) * 1_000);
  const octets = Buffer.from(await list.arrayBuffer());
  const text = await (await fetch(at(id, "crl.pem"))).text();
  expect(text).toMatch(/^-----BEGIN X509 CRL-----\n/);
  expect(Buffer.from(text.replace(/-----[^-]+-----|\s/g, ""), "base64").equals(octets)).toBe(true);
  const tag = list.headers.get("etag") ?? "";
  const again = (headers: Record<string, string>) => fetch(at(id, "crl"), { headers });
  expect((await again({ "if-none-match": tag })).status).toBe(304);
  expect((await again({ "if-modified-since": new Date(now.getTime() + 1_000).toUTCString() })).status).toBe(304);
  const head = await fetch(at(id, "crl"), { method: "HEAD" });
  expect([head.status, head.headers.get("content-length"), (await head.arrayBuffer()).byteLength]).toEqual([
    ...[200, String(octets.length), 0],
  ]);
  await revokeLeaf(scope, await issueLeaf(scope, { issuerId }, now), now);
  expect((await again({ "if-none-match": tag })).status).toBe(200);
  for (const what of ["crl", "crl.pem", "cert", "cert.pem"]) {
    expect((await fetch(at(crypto.randomUUID(), what))).status).toBe(404);
    expect((await fetch(at("..%2f", what))).status).toBe(404);
  }
});
