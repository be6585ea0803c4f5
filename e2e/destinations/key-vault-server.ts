import { createPrivateKey, randomBytes, X509Certificate } from "node:crypto";
import { z } from "zod";
import { type Asked, json, type ProtocolServer, type Reply, startProtocolServer } from "./protocol-server";

/**
 * As much of Key Vault and of the token endpoint as Certsweep asks for, after the references:
 * https://learn.microsoft.com/rest/api/keyvault/certificates/ (import, get, delete, get deleted, recover, list),
 * https://learn.microsoft.com/azure/key-vault/general/rest-error-codes (401, 403, 429), authentication-requests-and-responses
 * (the challenge), and https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow (tokens).
 * That a deleted name answers 409 with ObjectIsDeletedButRecoverable: github.com/hashicorp/terraform-provider-azurerm/issues/10658.
 */
export type KeyVaultServer = ProtocolServer & {
  held: Map<string, Held>;
  deleted: Map<string, Held>;
  tenantId: string;
  clientId: string;
  secret: string;
  /** How often a recovery is asked for before it is done. */
  recoverAfter: (asks: number) => void;
};
export type Held = { pem: string; tags: Record<string, string>; versions: number };

const TENANT = "11111111-2222-3333-4444-555555555555";
const CLIENT = "66666666-7777-8888-9999-000000000000";
const SECRET = "kv8Q~TESTSECRETTESTSECRETTESTSECRETTESTS";
const TOKEN = "eyJ0eXAiOiJKV1QifQ.TESTTOKEN.TESTTOKENSIGNATURE";

const imported = z.object({
  value: z.string(),
  policy: z.object({ secret_props: z.object({ contentType: z.string() }) }).optional(),
  tags: z.record(z.string(), z.string()).optional(),
});

export async function startKeyVaultServer(): Promise<KeyVaultServer> {
  const vault: Vault = { held: new Map(), deleted: new Map(), recovering: new Map(), patience: 0 };
  const server = await startProtocolServer((asked, origin) => {
    const { pathname } = asked.url;
    if (pathname.startsWith(`/${TENANT}/`)) return authority(asked, origin);
    if (asked.headers.authorization !== `Bearer ${TOKEN}`) return challenge(origin);
    if (!asked.url.searchParams.has("api-version")) return vaultError(400, "BadParameter", "api-version is missing");
    return operate(vault, asked, origin);
  });
  const recoverAfter = (asks: number) => {
    vault.patience = asks;
  };
  return { ...server, ...vault, recoverAfter, tenantId: TENANT, clientId: CLIENT, secret: SECRET };
}

type Vault = { held: Map<string, Held>; deleted: Map<string, Held>; recovering: Map<string, number>; patience: number };

export function vaultError(status: number, code: string, message: string, inner?: string, headers = {}): Reply {
  const innererror = inner === undefined ? {} : { innererror: { code: inner } };
  return json(status, { error: { code, message, ...innererror } }, headers);
}

function authority({ url, body }: Asked, origin: string): Reply {
  const base = `${origin}/${TENANT}`;
  if (url.pathname.endsWith("/.well-known/openid-configuration"))
    return json(200, {
      ...{ issuer: `${base}/v2.0`, authorization_endpoint: `${base}/oauth2/v2.0/authorize`, jwks_uri: `${base}/keys` },
      ...{ token_endpoint: `${base}/oauth2/v2.0/token`, response_types_supported: ["code"] },
    });
  if (!url.pathname.endsWith("/oauth2/v2.0/token")) return { status: 404 };
  const given = new URLSearchParams(body);
  if (given.get("client_id") !== CLIENT || given.get("client_secret") !== SECRET)
    return json(401, {
      error: "invalid_client",
      error_description: "AADSTS7000215: Invalid client secret provided. Trace ID: 1 Correlation ID: 2",
      error_codes: [7000215],
    });
  return json(200, { token_type: "Bearer", expires_in: 3_600, access_token: TOKEN });
}

function challenge(origin: string): Reply {
  const words = `Bearer authorization="${origin}/${TENANT}", resource="https://vault.azure.net"`;
  return { ...error401, headers: { ...error401.headers, "www-authenticate": words } };
}
const error401 = {
  status: 401,
  headers: { "content-type": "application/json" },
  body: '{"error":{"code":"Unauthorized","message":""}}',
};

function operate(vault: Vault, asked: Asked, origin: string): Reply {
  const [collection, name = "", action] = asked.url.pathname.split("/").slice(1);
  const found = collection === "deletedcertificates" ? vault.deleted.get(name) : vault.held.get(name);
  if (collection === "certificates" && name === "")
    return json(200, {
      value: [...vault.held].map(([one]) => ({ id: `${origin}/certificates/${one}` })),
      nextLink: null,
    });
  if (asked.method === "POST" && action === "import") return importOne(vault, { name, asked, origin });
  if (collection === "certificates" && asked.method === "GET") finishRecovery(vault, name);
  const there = found ?? (collection === "certificates" ? vault.held.get(name) : undefined);
  if (there === undefined)
    return vaultError(
      404,
      "CertificateNotFound",
      `A certificate with (name/id) ${name} was not found in this key vault.`,
    );
  if (asked.method === "DELETE") {
    vault.held.delete(name);
    vault.deleted.set(name, there);
    return json(200, { ...bundle(name, there, origin), recoveryId: `${origin}/deletedcertificates/${name}` });
  }
  if (asked.method === "POST" && action === "recover") {
    vault.deleted.delete(name);
    vault.recovering.set(name, vault.patience);
    vault.held.set(name, there);
    return json(200, bundle(name, there, origin));
  }
  if (collection === "certificates" && vault.recovering.has(name))
    return vaultError(
      404,
      "CertificateNotFound",
      `A certificate with (name/id) ${name} was not found in this key vault.`,
    );
  return json(200, bundle(name, there, origin));
}

function finishRecovery({ recovering }: Vault, name: string): void {
  const asks = recovering.get(name);
  if (asks === undefined) return;
  if (asks <= 0) recovering.delete(name);
  else recovering.set(name, asks - 1);
}

type Import = { name: string; asked: Asked; origin: string };

function importOne({ held, deleted, recovering }: Vault, { name, asked, origin }: Import): Reply {
  if (!/^[0-9a-zA-Z-]{1,127}$/.test(name))
    return vaultError(400, "BadParameter", "The request URI contains an invalid name");
  if (deleted.has(name)) {
    const words = `Certificate ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the certificate can only be recovered or purged.`;
    return vaultError(409, "Conflict", words, "ObjectIsDeletedButRecoverable");
  }
  if (recovering.has(name)) return vaultError(409, "Conflict", "being recovered", "ObjectIsBeingRecovered");
  const { value, policy, tags = {} } = imported.parse(JSON.parse(asked.body));
  try {
    // A PEM is only taken where the policy says that it is one.
    if (policy?.secret_props.contentType !== "application/x-pem-file") throw new Error("not PKCS#12");
    if (!new X509Certificate(value).checkPrivateKey(createPrivateKey(value))) throw new Error("no match");
  } catch {
    return vaultError(400, "BadParameter", "The specified PEM X.509 certificate content can not be read.");
  }
  const one = { pem: value, tags, versions: (held.get(name)?.versions ?? 0) + 1 };
  held.set(name, one);
  return json(200, bundle(name, one, origin));
}

function bundle(name: string, { pem, tags }: Held, origin: string) {
  const { raw } = new X509Certificate(pem);
  const id = `${origin}/certificates/${name}/${randomBytes(16).toString("hex")}`;
  return {
    ...{ id, kid: id.replace("certificates", "keys"), sid: id.replace("certificates", "secrets"), tags },
    ...{ cer: raw.toString("base64"), attributes: { enabled: true, created: 1, updated: 1 } },
    policy: { id: `${origin}/certificates/${name}/policy`, issuer: { name: "Unknown" } },
  };
}
