import { afterEach, beforeAll } from "vitest";
import { insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import type { PersonScope } from "@/lib/auth/scope";
import { importCertificates } from "@/lib/certificates/import";
import { checkCertificate } from "@/lib/deployments/checks";
import { addEndpoint } from "@/lib/deployments/endpoints";
import { listDeployments } from "@/lib/deployments/queries";
import { readServed } from "@/lib/deployments/served";
import { type Identity, makeIdentity, type Peer, startPeer } from "./tls-peer";

/** Of the integration tests: certificates in an inventory and the servers that show them. */
export const later = (ms: number) => new Date(TEST_NOW.getTime() + ms);

/** Two certificates for the servers of a test file, which stop after each test. */
export function useServers() {
  const peers: { stop: () => Promise<void> }[] = [];
  const identities = new Map<string, Identity>();
  const identity = (name: string): Identity => {
    const found = identities.get(name);
    if (found === undefined) throw new Error("It is made before the tests begin");
    return found;
  };
  beforeAll(async () => {
    for (const name of ["shop", "renewed"]) identities.set(name, await makeIdentity(`${name}.example.test`));
  });
  afterEach(async () => {
    await Promise.all(peers.splice(0).map((peer) => peer.stop()));
  });
  const serve = async (shown: Identity): Promise<Peer> => {
    const peer = await startPeer({ identities: { any: shown } });
    peers.push(peer);
    return peer;
  };
  /** A certificate that a server shows, watched there. */
  const watched = async () => {
    const scope = await insertPerson({ role: "admin" });
    const certificateId = await keep(scope, identity("shop"));
    const peer = await serve(identity("shop"));
    const deploymentId = await watch({ scope, certificateId, port: peer.port });
    return { scope, certificateId, peer, deploymentId };
  };
  return { shop: () => identity("shop"), renewed: () => identity("renewed"), serve, watched, peers };
}

/** Adds the certificate of a server to the inventory. */
export async function keep(scope: PersonScope, { leaf }: Identity): Promise<string> {
  const incoming = { group: readServed(leaf.pem), givenName: null, source: "uploaded" as const, isSample: false };
  const [added] = await importCertificates(scope, [incoming], TEST_NOW);
  return added?.id ?? "";
}

type Asked = { scope: PersonScope; certificateId: string; port: number };

/** Has a port of this machine watched, and looks at it. */
export async function watch({ scope, certificateId, port }: Asked): Promise<string> {
  const target = { host: "127.0.0.1", port, serverName: null, protocol: "tls" as const };
  const { id } = await addEndpoint(scope, { certificateId, service: "Shop", note: "", ...target }, TEST_NOW);
  await checkCertificate(scope, { certificateId, deploymentId: id, now: TEST_NOW });
  return id;
}

export async function statesOf(scope: PersonScope, certificateId: string) {
  const { deployments: list } = await listDeployments(scope, certificateId);
  return list.map(({ endpoint }) => endpoint?.state);
}
