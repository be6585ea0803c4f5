import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertPerson } from "@/drizzle/test-rows";
import { hasOpenssl, type Made } from "@/e2e/foreign-ca";
import { type ForeignCaServer, type Reply, startForeignCa } from "@/e2e/foreign-ca-server";
import type { Scope } from "@/lib/auth/scope";
import { importCertificates } from "@/lib/certificates/import";
import { readCertificateFile } from "@/lib/certificates/parse-file";
import { type Networks, parseNetworks } from "@/lib/network/rules";
import { inquire } from "@/lib/revocation/check-inquiry";

useTestDatabase();
const openssl = await hasOpenssl();
const ANYWHERE = networks("public,private,loopback");
const signal = new AbortController().signal;

function networks(text: string): Networks {
  const read = parseNetworks(text);
  if (read === null) throw new Error(`${text} was not read`);
  return read;
}

describe.runIf(openssl)("a CA elsewhere is asked", () => {
  let server: ForeignCaServer;
  let other: ForeignCaServer;
  let valid: Made;
  let revoked: Made;
  let chain: string[];
  let scope: Scope;
  const now = () => new Date();

  beforeAll(async () => {
    [server, other] = await Promise.all([startForeignCa(), startForeignCa("Foreign CA")]);
    valid = await server.ca.issue({ name: "valid.example.test" });
    revoked = await server.ca.issue({ name: "revoked.example.test" });
    await server.ca.revoke(revoked, "superseded");
    chain = [await server.ca.pem];
    scope = await insertPerson();
  });
  afterEach(async () => {
    server.fault(null);
    server.asked.length = 0;
    scope = await insertPerson();
  });
  afterAll(() => Promise.all([server.stop(), other.stop()]));

  type Wish = { chainPems?: string[]; networks?: Networks; listAgeMs?: number; now?: Date; sparesHosts?: boolean };

  function ask(made: Pick<Made, "pem">, wish: Wish = {}) {
    const { chainPems = chain, ...rest } = wish;
    const options = { networks: ANYWHERE, signal, now: now(), sparesHosts: false, listAgeMs: 60_000, ...rest };
    return inquire(scope, { pem: made.pem, chainPems }, options);
  }

  const paths = () => server.asked.map(({ method, path }) => `${method} ${path}`);
  const onlyList = (ask: { path: string }): Reply | null => (ask.path === "/ocsp" ? { status: 404 } : null);

  test("by OCSP first", async () => {
    expect(await ask(valid)).toMatchObject({ answer: "good", source: "ocsp" });
    expect(await ask(revoked)).toMatchObject({ answer: "revoked", source: "ocsp", reason: "superseded" });
    expect(paths()).toEqual(["POST /ocsp", "POST /ocsp"]);
    expect(server.asked[0]?.headers).toMatchObject({
      "content-type": "application/ocsp-request",
      "accept-encoding": "identity",
    });
  });

  test("else by its list, which is kept for the next", async () => {
    server.fault(onlyList);
    expect(await ask(valid)).toMatchObject({ answer: "good", source: "crl" });
    expect(await ask(revoked)).toMatchObject({ answer: "revoked", source: "crl", reason: "superseded" });
    expect(paths()).toEqual(["POST /ocsp", "GET /crl", "POST /ocsp"]);
    expect(await ask(valid, { listAgeMs: 0 })).toMatchObject({ answer: "good" });
    expect(paths().filter((path) => path === "GET /crl")).toHaveLength(2);
  });

  test("a list is downloaded once for all who want it at the same moment", async () => {
    server.fault(onlyList);
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(valid)));
    expect(new Set(answers.map(({ answer }) => answer))).toEqual(new Set(["good"]));
    expect(paths().filter((path) => path === "GET /crl")).toHaveLength(1);
  });

  test("its certificate comes from the inventory, else from the address in the certificate", async () => {
    expect(await ask(valid, { chainPems: [] })).toMatchObject({ answer: "good" });
    expect(paths()).toEqual(["GET /ca", "POST /ocsp"]);
    scope = await insertPerson();
    const reading = readCertificateFile(Buffer.from(await server.ca.pem));
    const groups = reading.kind === "certificates" ? reading.groups : [];
    await importCertificates(
      scope,
      groups.map((group) => ({ group, givenName: null, source: "uploaded", isSample: false })),
      now(),
    );
    server.asked.length = 0;
    expect(await ask(valid, { chainPems: [] })).toMatchObject({ answer: "good" });
    expect(paths()).toEqual(["POST /ocsp"]);
  });

  test("a chain of somebody else with the same name is not believed", async () => {
    server.fault(({ path }) => (path === "/ca" ? { status: 404 } : null));
    const answer = await ask(valid, { chainPems: [await other.ca.pem] });
    expect(answer).toMatchObject({
      answer: "failed",
      sentence: expect.stringContaining("could not be had from 127.0.0.1"),
    });
    server.fault(async ({ path }) => (path === "/ca" ? { body: await other.ca.der() } : { status: 500 }));
    expect(await ask(valid, { chainPems: [] })).toMatchObject({
      sentence: expect.stringContaining("What came is no certificate that signed it."),
    });
  });

  test("a certificate that names no address, or none of the web, is not asked about", async () => {
    const bare = await server.ca.issue({ name: "bare.example.test", extensions: ["basicConstraints=CA:FALSE"] });
    const ldap = await server.ca.issue({
      name: "ldap.example.test",
      extensions: ["crlDistributionPoints=URI:ldap://127.0.0.1/cn=crl"],
    });
    for (const made of [bare, ldap])
      expect(await ask(made)).toMatchObject({
        answer: "failed",
        sentence: expect.stringContaining("names no http address"),
      });
    expect(server.asked).toEqual([]);
  });

  const bigPage = `<!DOCTYPE html><title>Sign in</title>${" ".repeat(500)}`;
  const busy = Buffer.from("30030a0103", "hex");

  test.each<[string, (path: string) => Reply | Promise<Reply>, string]>([
    ["a redirect", () => ({ status: 302, headers: { location: "http://127.0.0.1:1/" } }), "redirects elsewhere"],
    ["a status", () => ({ status: 503 }), "HTTP status 503"],
    ["a web page", () => ({ headers: { "content-type": "text/html" }, body: bigPage }), "answered with a web page"],
    ["nothing", () => ({ body: "" }), "Its answer is empty"],
    ["garbage", () => ({ body: Buffer.alloc(5_000, 7) }), "What came is no"],
    ["too much", () => ({ body: Buffer.alloc(11_000_000, 7) }), "longer than Certsweep reads"],
    ["a busy responder", () => ({ body: busy }), "busy and asks to try later"],
    [
      "gzip",
      async () => ({ headers: { "content-encoding": "gzip" }, body: gzipSync(await server.ca.list()) }),
      "compressed, though that was not asked for",
    ],
    [
      "an answer by the key of another with the same name",
      async (path) => ({
        body: path === "/crl" ? await other.ca.list() : await other.ca.answer(await requestOf(valid)),
      }),
      "not signed by the key",
    ],
    [
      "an answer about another certificate",
      async () => ({ body: await server.ca.answer(await requestOf(revoked)) }),
      "about another certificate of this issuer",
    ],
    [
      "an answer that is signed with SHA-1",
      async (path) => ({
        body:
          path === "/crl"
            ? await server.ca.list({ digest: "sha1" })
            : await server.ca.answer(await requestOf(valid), { digest: "sha1" }),
      }),
      "ECDSAWithSHA1, which can be forged",
    ],
    [
      "an answer that names the certificate with SHA-1",
      async () => ({ body: await server.ca.answer(await server.ca.request(valid, "sha1")) }),
      "names the certificate with SHA-1",
    ],
    [
      "an answer by a responder that is none",
      async () => ({ body: await server.ca.answer(await requestOf(valid), { signer: valid }) }),
      "not made for signing OCSP answers",
    ],
  ])("%s is refused with its reason", async (_, reply, reason) => {
    server.fault(({ path }) => reply(path));
    const answer = await ask(valid);
    expect(answer).toMatchObject({ answer: "failed", source: null, sentence: expect.stringContaining(reason) });
    expect(paths()).toEqual(["POST /ocsp", "GET /crl"]);
  });

  const requestOf = (made: Made) => server.ca.request(made);

  test("an answer that is out of date, or not yet valid, is refused with its reason", async () => {
    const days = (count: number) => new Date(Date.now() + count * 86_400_000);
    expect(await ask(valid, { now: days(3) })).toMatchObject({
      answer: "failed",
      sentence: expect.stringMatching(/OCSP.*out of date since.*revocation list.*out of date since/),
    });
    expect(await ask(valid, { now: days(-1) })).toMatchObject({
      answer: "failed",
      sentence: expect.stringMatching(/OCSP.*has not come yet.*revocation list.*has not come yet/),
    });
  });

  test("an answer that does not come, or never ends, is given up", async () => {
    for (const reply of ["hang", "drip"] as const) {
      server.fault(() => reply);
      const stop = new AbortController();
      const options = { networks: ANYWHERE, signal: stop.signal, now: now(), sparesHosts: false, listAgeMs: 0 };
      const call = inquire(scope, { pem: valid.pem, chainPems: chain }, options);
      const before = server.asked.length;
      await expect.poll(() => server.asked.length).toBeGreaterThan(before);
      stop.abort(new Error("no more time"));
      await expect(call).rejects.toThrow("no more time");
    }
  });

  test("addresses that nobody may connect to are not connected to", async () => {
    const made = (name: string, urls: string[]) =>
      server.ca.issue({
        name,
        extensions: [`authorityInfoAccess=${urls.map((url) => `OCSP;URI:${url}`).join(",")}`],
      });
    const usual = await ask(valid, { networks: networks("public,private") });
    expect(usual).toMatchObject({ answer: "failed", sentence: expect.stringContaining("is a loopback address") });
    const metadata = await made("metadata", ["http://169.254.169.254/latest/meta-data", "http://[fd00:ec2::254]/"]);
    expect(await ask(metadata)).toMatchObject({
      sentence: expect.stringMatching(/link-local address.*cloud metadata address/),
    });
    const disguised = await made("disguised", ["http://2130706433/", "http://[::ffff:127.0.0.1]/", "http://0x7f.1/"]);
    const answer = await ask(disguised, { networks: networks("public,private") });
    expect(answer.sentence?.match(/is a (loopback|reserved) address/g)).toHaveLength(3);
    expect(server.asked).toEqual([]);
  });

  test("a host that does not answer is left alone for some minutes by those who do not wait", async () => {
    const url = "http://127.0.0.1:1/";
    const dead = await server.ca.issue({ name: "dead", extensions: [`authorityInfoAccess=OCSP;URI:${url}`] });
    const moment = now();
    const tries = [];
    for (let count = 0; count < 4; count += 1)
      tries.push((await ask(dead, { sparesHosts: true, now: moment })).sentence);
    expect(tries.slice(0, 3).every((sentence) => sentence?.endsWith("Nothing listens there."))).toBe(true);
    expect(tries[3]).toContain("asked again in a few minutes");
    expect((await ask(dead, { now: moment })).sentence).not.toContain("in a few minutes");
    const later = new Date(moment.getTime() + 6 * 60_000);
    expect((await ask(dead, { sparesHosts: true, now: later })).sentence).not.toContain("in a few minutes");
  });

  test("random octets in place of an answer never do more than fail", async () => {
    for (let count = 0; count < 50; count += 1) {
      server.fault(() => ({ body: Buffer.concat([Buffer.of(0x30), randomBytes(60)]) }));
      expect((await ask(valid, { listAgeMs: 0 })).answer).toBe("failed");
    }
  });
});
