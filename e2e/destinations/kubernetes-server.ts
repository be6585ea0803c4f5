import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type Asked, json, type ProtocolServer, type Reply, startProtocolServer } from "./protocol-server";

/**
 * As much of the Kubernetes API as Certsweep asks for, after its reference:
 * https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1/ (paths, verbs),
 * .../kubernetes-api/common-definitions/status/ (Status), and
 * https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md
 * (resourceVersion and preconditions: 409 Conflict; AlreadyExists: 409; Invalid: 422; TooManyRequests: 429).
 */
export type KubernetesServer = ProtocolServer & {
  held: Map<string, Secret>;
  token: string;
  kubeconfig: (user?: object) => string;
};

const secret = z.looseObject({
  type: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    uid: z.string().optional(),
    resourceVersion: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
  data: z.record(z.string(), z.base64()),
});
export type Secret = z.infer<typeof secret>;

const TOKEN = "eyJhbGciOiJSUzI1NiJ9.TESTSERVICEACCOUNT.TESTTOKENSIGNATURE";
const SECRETS = /^\/api\/v1\/namespaces\/([a-z0-9-]+)\/secrets(?:\/([a-z0-9.-]+))?$/;

export async function startKubernetesServer(): Promise<KubernetesServer> {
  const cluster = { held: new Map<string, Secret>(), version: 1 };
  const server = await startProtocolServer((asked) => {
    if (asked.headers.authorization !== `Bearer ${TOKEN}`) return kubeStatus(401, "Unauthorized", "Unauthorized");
    const [, namespace, name] = SECRETS.exec(asked.url.pathname) ?? [];
    if (namespace === undefined) return kubeStatus(404, "NotFound", "the server could not find the requested resource");
    return operate(cluster, { asked, namespace, name });
  });
  const kubeconfig = (user: object = { token: TOKEN }) =>
    JSON.stringify({
      ...{ apiVersion: "v1", kind: "Config", "current-context": "here" },
      clusters: [
        {
          name: "here",
          cluster: { server: server.origin, "certificate-authority-data": Buffer.from(server.ca).toString("base64") },
        },
      ],
      users: [{ name: "deployer", user }],
      contexts: [{ name: "here", context: { cluster: "here", user: "deployer" } }],
    });
  return { ...server, held: cluster.held, token: TOKEN, kubeconfig };
}

export function kubeStatus(code: number, reason: string, message: string, headers = {}): Reply {
  return json(code, { kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message }, headers);
}

type Cluster = { held: Map<string, Secret>; version: number };
type Operation = { asked: Asked; namespace: string; name: string | undefined };

function operate(cluster: Cluster, { asked, namespace, name }: Operation): Reply {
  if (name === undefined && asked.method === "GET") return list(cluster, namespace, asked.url.searchParams);
  if (name === undefined) return write(cluster, { asked, namespace, name });
  const there = cluster.held.get(`${namespace}/${name}`);
  if (there === undefined) return kubeStatus(404, "NotFound", `secrets "${name}" not found`);
  if (asked.method === "GET") return json(200, there);
  if (asked.method === "PUT") return write(cluster, { asked, namespace, name });
  return remove(cluster, `${namespace}/${name}`, asked.body);
}

function list({ held }: Cluster, namespace: string, query: URLSearchParams): Reply {
  const [label, value] = query.get("labelSelector")?.split("=") ?? [];
  const items = [...held.values()].filter(
    ({ metadata }) => metadata.namespace === namespace && (label === undefined || metadata.labels?.[label] === value),
  );
  return json(200, {
    kind: "SecretList",
    apiVersion: "v1",
    metadata: {},
    items: items.slice(0, Number(query.get("limit"))),
  });
}

function write(cluster: Cluster, { asked, namespace, name }: Operation): Reply {
  const given = secret.parse(JSON.parse(asked.body));
  const place = `${namespace}/${given.metadata.name}`;
  const there = cluster.held.get(place);
  if (name === undefined && there !== undefined)
    return kubeStatus(409, "AlreadyExists", `secrets "${given.metadata.name}" already exists`);
  if (!/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(given.metadata.name))
    return kubeStatus(422, "Invalid", "metadata.name is invalid");
  if (given.type === "kubernetes.io/tls" && !("tls.crt" in given.data && "tls.key" in given.data))
    return kubeStatus(422, "Invalid", "data[tls.crt] and data[tls.key] are required");
  if (there !== undefined && there.type !== given.type) return kubeStatus(422, "Invalid", "type: field is immutable");
  const wanted = given.metadata.resourceVersion;
  if (there !== undefined && wanted !== undefined && wanted !== there.metadata.resourceVersion) return changed();
  cluster.version += 1;
  const own = { namespace, uid: there?.metadata.uid ?? randomUUID(), resourceVersion: String(cluster.version) };
  const kept = { ...given, metadata: { ...given.metadata, ...own } };
  cluster.held.set(place, kept);
  return json(there === undefined ? 201 : 200, kept);
}

const deletion = z.looseObject({
  preconditions: z.looseObject({ uid: z.string().optional(), resourceVersion: z.string().optional() }).optional(),
});

function remove({ held }: Cluster, place: string, body: string): Reply {
  const { preconditions } = deletion.parse(JSON.parse(body));
  const { uid, resourceVersion } = held.get(place)?.metadata ?? {};
  if (preconditions?.uid !== uid || preconditions?.resourceVersion !== resourceVersion) return changed();
  held.delete(place);
  return json(200, { kind: "Status", apiVersion: "v1", status: "Success" });
}

function changed(): Reply {
  return kubeStatus(409, "Conflict", "the object has been modified; please apply your changes to the latest version");
}
