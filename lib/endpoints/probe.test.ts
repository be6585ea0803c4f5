import { afterEach, expect, test } from "vitest";
import { type Identity, makeAuthority, makeIdentity, type Peer, type PeerOptions, startPeer } from "@/e2e/tls-peer";
import { type ProbeOptions, type ProbeTarget, probeEndpoint } from "@/lib/endpoints/probe";
import type { LookUp } from "@/lib/network/resolve";
import { parseNetworks } from "@/lib/network/rules";

function networks(text: string) {
  const parsed = parseNetworks(text);
  if (parsed === null) throw new Error(`${text} was not read`);
  return parsed;
}
const everywhere = networks("public,private,loopback");

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function peer(options: PeerOptions): Promise<Peer> {
  const started = await startPeer(options);
  stops.push(started.stop);
  return started;
}

function probe(target: Partial<ProbeTarget> & { port: number }, options: Partial<ProbeOptions> = {}) {
  return probeEndpoint(
    { host: "127.0.0.1", serverName: null, protocol: "tls", ...target },
    { networks: everywhere, ...options },
  );
}

const served = ({ fingerprint }: Identity) => expect.objectContaining({ kind: "served", fingerprint });

test("the certificate is seen with the chain that came with it, and nothing is said after the handshake", async () => {
  const ca = await makeAuthority("A CA");
  const identity = await makeIdentity("a.example.test", { issuer: ca });
  const server = await peer({ identities: { "a.example.test": identity } });
  expect(await probe({ port: server.port })).toEqual({
    ...{ kind: "served", address: "127.0.0.1", fingerprint: identity.fingerprint },
    leaf: identity.leaf.der,
    chain: [ca.der],
  });
  await expect.poll(server.open).toBe(0);
  expect([server.taken(), server.heard()]).toEqual([1, 0]);
});

test("the certificate depends on the server name, which is the host where it is a name and none was given", async () => {
  const [first, second] = await Promise.all([makeIdentity("a.test"), makeIdentity("b.test")]);
  const { port } = await peer({ identities: { "a.test": first, "b.test": second } });
  const lookUp: LookUp = async () => [{ address: "127.0.0.1", family: 4 }];
  expect(await probe({ port, host: "b.test" }, { lookUp })).toEqual(served(second));
  expect(await probe({ port, host: "c.test" }, { lookUp })).toEqual(served(first));
  expect(await probe({ port, host: "a.test", serverName: "b.test" }, { lookUp })).toEqual(served(second));
  expect(await probe({ port, serverName: "b.test" })).toEqual(served(second));
  expect(await probe({ port })).toEqual(served(first));
});

test("a renewal is seen by the next probe: no session is resumed", async () => {
  const [before, after] = await Promise.all([makeIdentity("a.test"), makeIdentity("a.test")]);
  for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
    const server = await peer({ identities: { "a.test": before }, tls: { maxVersion } });
    expect(await probe({ port: server.port, serverName: "a.test" })).toEqual(served(before));
    server.show({ "a.test": after });
    expect(await probe({ port: server.port, serverName: "a.test" })).toEqual(served(after));
  }
});

test("an IPv6 address is reached", async () => {
  const identity = await makeIdentity("six.test");
  const { port } = await peer({ host: "::1", identities: { "six.test": identity } });
  expect(await probe({ port, host: "::1" })).toEqual(expect.objectContaining({ kind: "served", address: "::1" }));
});

test.each(["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const)("%s is spoken", async (version) => {
  const identity = await makeIdentity("old.test", { keyAlgorithm: "RSA 2048" });
  const tls = { minVersion: version, maxVersion: version, ciphers: "DEFAULT@SECLEVEL=0" };
  const { port } = await peer({ identities: { "old.test": identity }, tls });
  expect(await probe({ port })).toEqual(served(identity));
});

test("expired certificates, and such for other names, are seen: to look is not to trust", async () => {
  const past = { notBefore: new Date("2001-01-01T00:00:00Z"), notAfter: new Date("2002-01-01T00:00:00Z") };
  const expired = await makeIdentity("past.test", past);
  const { port } = await peer({ identities: { "past.test": expired } });
  expect(await probe({ port, serverName: "another.test" })).toEqual(served(expired));
});

test.each(["TLSv1.2", "TLSv1.3"] as const)(
  "a server that wants a client's certificate is seen all the same in %s",
  async (version) => {
    const identity = await makeIdentity("strict.test");
    const tls = { requestCert: true, rejectUnauthorized: true, minVersion: version, maxVersion: version };
    const { port } = await peer({ identities: { "strict.test": identity }, tls });
    expect(await probe({ port })).toEqual(served(identity));
  },
);

test("a chain is cut after ten", async () => {
  let issuer = await makeAuthority("CA 0");
  const authorities = [issuer];
  for (let number = 1; number < 12; number += 1) {
    issuer = await makeAuthority(`CA ${number}`, issuer);
    authorities.unshift(issuer);
  }
  const identity = await makeIdentity("deep.test", { issuer });
  const bundle = [identity.leaf, ...authorities].map(({ pem }) => pem).join("\n");
  const { port } = await peer({ identities: { "deep.test": { ...identity, bundle } } });
  const answer = await probe({ port });
  expect(answer.kind === "served" && answer.chain).toEqual(authorities.slice(0, 10).map(({ der }) => der));
});

test("nothing is sent to an address that is not allowed, by whatever name it goes", async () => {
  const server = await peer({ identities: { "a.test": await makeIdentity("a.test") } });
  const usual = networks("public,private");
  const own = [
    "localhost",
    "127.0.0.1",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "2130706433",
    "0177.0.0.1",
    "0x7f.1",
  ];
  for (const host of own) {
    expect(await probe({ port: server.port, host }, { networks: usual }), host).toEqual({
      ...{ kind: "unreachable", forbidden: true },
      problem: expect.stringMatching(/ is a loopback address\. .*CERTSWEEP_PROBE_NETWORKS does not allow it\.$/),
    });
  }
  for (const host of [
    "169.254.169.254",
    "::ffff:169.254.169.254",
    "fd00:ec2::254",
    "fe80::1",
    "224.0.0.1",
    "0.0.0.0",
  ]) {
    expect(await probe({ port: server.port, host }), host).toEqual({
      ...{ kind: "unreachable", forbidden: true },
      problem: expect.stringMatching(/Certsweep never connects to those\.$/),
    });
  }
  expect(server.taken()).toBe(0);
});

test("a name that means another address at every look-up is asked once, and that address is used", async () => {
  const server = await peer({ identities: { "a.test": await makeIdentity("a.test") } });
  const inner = await peer({ host: "127.0.0.2", identities: { "a.test": await makeIdentity("a.test") } });
  const answers = [[{ address: "127.0.0.2", family: 4 }], [{ address: "127.0.0.1", family: 4 }]];
  let asked = 0;
  const lookUp: LookUp = async () => answers[asked++] ?? [];
  const only = networks("127.0.0.2/32");
  expect(await probe({ port: inner.port, host: "a.test" }, { lookUp, networks: only })).toMatchObject({
    address: "127.0.0.2",
  });
  expect(asked).toBe(1);
  expect(await probe({ port: server.port, host: "a.test" }, { lookUp, networks: only })).toMatchObject({
    forbidden: true,
  });
  expect([asked, inner.taken(), server.taken()]).toEqual([2, 1, 0]);
});

test("of several addresses the first that is allowed is used", async () => {
  const server = await peer({ identities: { "a.test": await makeIdentity("a.test") } });
  const lookUp: LookUp = async () => [
    { address: "169.254.169.254", family: 4 },
    { address: "127.0.0.1", family: 4 },
  ];
  expect(await probe({ port: server.port, host: "a.test" }, { lookUp })).toMatchObject({ address: "127.0.0.1" });
});

test("a hundred probes at once leave no connection behind", async () => {
  const identity = await makeIdentity("busy.test");
  const server = await peer({ identities: { "busy.test": identity } });
  const answers = await Promise.all(Array.from({ length: 100 }, () => probe({ port: server.port })));
  expect(answers.filter(({ kind }) => kind === "served")).toHaveLength(100);
  await expect.poll(server.open).toBe(0);
});
