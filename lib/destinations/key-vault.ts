import "server-only";
import type { CertificateClient, KeyVaultCertificateWithPolicy } from "@azure/keyvault-certificates";
import { z } from "zod";
import { type CopyOf, DestinationError } from "@/lib/destinations/adapter";
import { optionalAddress, requiredAddress } from "@/lib/destinations/address";
import { bundleOf, endLine, fingerprintOf, plainName, shortIdOf } from "@/lib/destinations/copy";
import { defineKind } from "@/lib/destinations/guard";
import { azureFailure, isConflict } from "@/lib/destinations/key-vault-failures";
import { azureTransport } from "@/lib/destinations/key-vault-transport";
import type { Networks } from "@/lib/network/rules";

const SYNC_TAG = "certsweep-sync-id";
/** With a hyphen and the short id behind it, 127 characters of Key Vault's are not reached. */
const NAME_LIMIT = 100;
const PEM = "application/x-pem-file";
/** A recovery takes seconds, and the whole call has thirty. */
const POLL_MS = 1_000;

/** Microsoft's own, where a token can do harm: there the vault has to be of the cloud that it asks a token for. */
const AUTHORITIES =
  /^https:\/\/login\.(microsoftonline\.com|microsoftonline\.us|chinacloudapi\.cn|partner\.microsoftonline\.cn)$/;

const settings = z.object({
  vaultUrl: requiredAddress,
  tenantId: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9.-]{1,100}$/, "Enter the tenant's ID."),
  clientId: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9-]{1,100}$/, "Enter the client's ID."),
  authorityHost: optionalAddress,
});

const credentials = z.object({ clientSecret: z.string().trim().min(1, "Enter the client secret.").max(1_000) });

/** Azure Key Vault. The remote id is the certificate's name in the vault; what is Certsweep's is told by a tag. */
export const keyVault = defineKind({
  settings,
  credentials,
  explain: azureFailure,
  open: async (place, keys, { networks }) => {
    const client = await connect(place, keys, networks);
    return {
      list: async (signal) => {
        await client.listPropertiesOfCertificates({ abortSignal: signal }).next();
      },
      push: (copy, remoteId, signal) => push(client, { copy, name: remoteId ?? nameFor(copy), signal }),
      look: async (copy, remoteId, signal) => {
        const there = await read(client, remoteId, signal);
        if (there === null) return { state: "absent", inUseBy: [] };
        const same = fingerprintOf(there.cer ?? new Uint8Array()) === copy.fingerprint;
        return { state: same && isOf(copy, there) ? "present" : "different", inUseBy: [] };
      },
      remove: async (remoteId, copy, signal) => {
        const there = await read(client, remoteId, signal);
        if (there === null) return;
        if (!isOf(copy, there)) throw notOurs(remoteId);
        await client.beginDeleteCertificate(remoteId, { abortSignal: signal });
      },
    };
  },
});

async function connect(
  { vaultUrl, tenantId, clientId, authorityHost }: z.infer<typeof settings>,
  { clientSecret }: z.infer<typeof credentials>,
  networks: Networks,
): Promise<CertificateClient> {
  const { ClientSecretCredential } = await import("@azure/identity");
  const { CertificateClient } = await import("@azure/keyvault-certificates");
  const isOwnAuthority = authorityHost !== undefined && !AUTHORITIES.test(authorityHost);
  // The job engine asks again, and no redirect leads elsewhere.
  const pipeline = {
    httpClient: await azureTransport(networks),
    ...{ retryOptions: { maxRetries: 0 }, redirectOptions: { maxRetries: 0 } },
  };
  const credential = new ClientSecretCredential(tenantId, clientId, clientSecret, {
    ...pipeline,
    ...(authorityHost === undefined ? {} : { authorityHost }),
    disableInstanceDiscovery: isOwnAuthority,
  });
  return new CertificateClient(vaultUrl, credential, {
    ...pipeline,
    disableChallengeResourceVerification: isOwnAuthority,
  });
}

type Push = { copy: CopyOf; name: string; signal: AbortSignal };

async function push(client: CertificateClient, wanted: Push): Promise<{ remoteId: string }> {
  const { copy, name, signal } = wanted;
  const there = await read(client, name, signal);
  if (there !== null && !isOf(copy, there)) throw notOurs(name);
  // Each import makes a version, so the same contents are not imported twice.
  if (there !== null && fingerprintOf(there.cer ?? new Uint8Array()) === copy.fingerprint) return { remoteId: name };
  try {
    await importCopy(client, wanted);
  } catch (error) {
    if (!isConflict(error)) throw error;
    await recover(client, wanted);
    await importCopy(client, wanted);
  }
  return { remoteId: name };
}

async function importCopy(client: CertificateClient, { copy, name, signal }: Push): Promise<void> {
  if (copy.privateKey === null)
    throw new DestinationError("rejected", "Key Vault takes no certificate without its private key.");
  const options = {
    abortSignal: signal,
    tags: { [SYNC_TAG]: copy.syncId, "certsweep-certificate-id": copy.certificateId },
    // The SDK reads how to write the value from `policy`, but sends only `certificatePolicy`, which its types do not name.
    ...{ policy: { contentType: PEM } as const, certificatePolicy: { secretProperties: { contentType: PEM } } },
  };
  await client.importCertificate(name, Buffer.from(endLine(copy.privateKey) + bundleOf(copy)), options);
}

/** A deleted certificate keeps its name for the vault's retention time: the copy comes back to be written over. */
async function recover(client: CertificateClient, { copy, name, signal }: Push): Promise<void> {
  const deleted = await client.getDeletedCertificate(name, { abortSignal: signal });
  if (!isOf(copy, deleted)) throw notOurs(name);
  const poller = await client.beginRecoverDeletedCertificate(name, { abortSignal: signal, intervalInMs: POLL_MS });
  await poller.pollUntilDone({ abortSignal: signal });
}

async function read(
  client: CertificateClient,
  name: string,
  signal: AbortSignal,
): Promise<KeyVaultCertificateWithPolicy | null> {
  try {
    return await client.getCertificate(name, { abortSignal: signal });
  } catch (error) {
    if (azureFailure(error)?.kind === "missing") return null;
    throw error;
  }
}

type Tagged = Pick<KeyVaultCertificateWithPolicy, "properties">;

function isOf(copy: Pick<CopyOf, "syncId">, { properties }: Tagged): boolean {
  return properties.tags?.[SYNC_TAG] === copy.syncId;
}

function nameFor(copy: CopyOf): string {
  return `${plainName(copy.name, NAME_LIMIT)}-${shortIdOf(copy.syncId)}`;
}

function notOurs(name: string): DestinationError {
  return new DestinationError("rejected", `${name} does not carry this sync's tag, so it was left alone.`);
}
