import "server-only";
import type { CoreV1Api, V1Secret } from "@kubernetes/client-node";
import { z } from "zod";
import { type CopyOf, DestinationError } from "@/lib/destinations/adapter";
import { optionalText } from "@/lib/destinations/address";
import { bundleOf, endLine, fingerprintOf, isRenewalOf, plainName } from "@/lib/destinations/copy";
import { defineKind } from "@/lib/destinations/guard";
import { connectToCluster } from "@/lib/destinations/kubernetes-connection";
import { isTaken, kubernetesFailure } from "@/lib/destinations/kubernetes-failures";
import { FIELD_LIMIT } from "@/lib/destinations/rules";

const SYNC = "certsweep/sync-id";
const TYPE = "kubernetes.io/tls";
/** Of a name that may also stand where a label is wanted (RFC 1123). */
const NAME_LIMIT = 63;

const settings = z.object({
  // A DNS label (RFC 1123), as Kubernetes wants it.
  namespace: z
    .string()
    .trim()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "Enter a namespace."),
});

const credentials = z.object({ kubeconfig: optionalText(FIELD_LIMIT) });

/** Secrets of the type kubernetes.io/tls. The remote id is "namespace/name"; what is Certsweep's is told by an annotation. */
export const kubernetes = defineKind({
  settings,
  credentials,
  explain: kubernetesFailure,
  open: async ({ namespace }, { kubeconfig }, { networks }) => {
    const apiFor = await connectToCluster(kubeconfig, networks);
    return {
      list: async (signal) => {
        await apiFor(signal).listNamespacedSecret({ namespace, limit: 1 });
      },
      push: (copy, remoteId, signal) =>
        push(apiFor(signal), { copy, place: remoteId === null ? null : placeOf(remoteId), namespace }),
      look: async (copy, remoteId, signal) => {
        const there = await read(apiFor(signal), placeOf(remoteId));
        return { state: there === null ? "absent" : stateOf(there, copy), inUseBy: [] };
      },
      remove: (remoteId, copy, signal) => remove(apiFor(signal), placeOf(remoteId), copy),
    };
  },
});

type Place = { namespace: string; name: string };
type Push = { copy: CopyOf; place: Place | null; namespace: string };

async function push(api: CoreV1Api, { copy, place, namespace }: Push): Promise<{ remoteId: string }> {
  if (copy.privateKey === null)
    throw new DestinationError("rejected", "A Secret of this type takes no certificate without its private key.");
  const known = place ?? (await findEarlier(api, { namespace, syncId: copy.syncId }));
  const at = known ?? { namespace, name: plainName(copy.name, NAME_LIMIT) };
  const there = await read(api, at);
  if (there !== null && syncOf(there) !== copy.syncId && !mayReplace(there, copy)) throw notOurs(at);
  try {
    await write(api, secretFor(copy, { at, there }));
  } catch (error) {
    if (isTaken(error)) throw new DestinationError("rejected", `${idOf(at)} was changed at the same moment.`);
    throw error;
  }
  return { remoteId: idOf(at) };
}

async function write(api: CoreV1Api, { at, there, body }: Written): Promise<void> {
  if (there === null) await api.createNamespacedSecret({ namespace: at.namespace, body });
  else await api.replaceNamespacedSecret({ ...at, body });
}

type Written = { at: Place; there: V1Secret | null; body: V1Secret };

/** Labels and annotations of others stay; its version makes the API refuse what was changed in between. */
function secretFor(copy: CopyOf, { at, there }: Omit<Written, "body">): Written {
  const { resourceVersion, labels, annotations } = there?.metadata ?? {};
  const body: V1Secret = {
    ...{ apiVersion: "v1", kind: "Secret", type: TYPE },
    metadata: {
      ...at,
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      labels: { ...labels, "app.kubernetes.io/managed-by": "certsweep", [SYNC]: copy.syncId },
      annotations: { ...annotations, [SYNC]: copy.syncId, "certsweep/certificate-id": copy.certificateId },
    },
    data: { "tls.crt": base64(bundleOf(copy)), "tls.key": base64(endLine(copy.privateKey ?? "")) },
  };
  return { at, there, body };
}

async function remove(api: CoreV1Api, at: Place, copy: Pick<CopyOf, "syncId" | "fingerprint">): Promise<void> {
  const there = await read(api, at);
  if (there === null) return;
  if (syncOf(there) !== copy.syncId) {
    // Another sync's, or somebody's own by now: the copy is gone, unless only its annotation is.
    if (syncOf(there) === null && fingerprintOf(certificateOf(there)) === copy.fingerprint) throw notOurs(at);
    return;
  }
  const { uid, resourceVersion } = there.metadata ?? {};
  const preconditions = {
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
  try {
    await api.deleteNamespacedSecret({ ...at, body: { preconditions } });
  } catch (error) {
    if (isTaken(error)) throw new DestinationError("rejected", `${idOf(at)} was changed at the same moment.`);
    if (kubernetesFailure(error)?.kind !== "missing") throw error;
  }
}

async function read(api: CoreV1Api, at: Place): Promise<V1Secret | null> {
  try {
    return await api.readNamespacedSecret(at);
  } catch (error) {
    if (kubernetesFailure(error)?.kind === "missing") return null;
    throw error;
  }
}

type Wanted = { namespace: string; syncId: string };

/** What a push left whose answer never arrived, also where the certificate has another name since. */
async function findEarlier(api: CoreV1Api, { namespace, syncId }: Wanted): Promise<Place | null> {
  const { items } = await api.listNamespacedSecret({ namespace, labelSelector: `${SYNC}=${syncId}`, limit: 1 });
  const [found] = items.filter((item) => syncOf(item) === syncId);
  const name = found?.metadata?.name;
  return name === undefined ? null : { namespace, name };
}

function stateOf(there: V1Secret, copy: CopyOf): "present" | "different" {
  const sameKey = copy.privateKey === null || there.data?.["tls.key"] === base64(endLine(copy.privateKey));
  const same = fingerprintOf(certificateOf(there)) === copy.fingerprint;
  return same && sameKey && syncOf(there) === copy.syncId ? "present" : "different";
}

function mayReplace(there: V1Secret, copy: CopyOf): boolean {
  return there.type === TYPE && syncOf(there) !== null && isRenewalOf(copy, certificateOf(there));
}

function syncOf(secret: V1Secret): string | null {
  return secret.metadata?.annotations?.[SYNC] ?? null;
}

function certificateOf(secret: V1Secret): string {
  return Buffer.from(secret.data?.["tls.crt"] ?? "", "base64").toString();
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

function idOf({ namespace, name }: Place): string {
  return `${namespace}/${name}`;
}

function placeOf(remoteId: string): Place {
  const [namespace = "", name = ""] = remoteId.split("/");
  return { namespace, name };
}

function notOurs(at: Place): DestinationError {
  return new DestinationError("rejected", `The Secret ${idOf(at)} does not belong to this sync, so it was left alone.`);
}
