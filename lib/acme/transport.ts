import "server-only";
import HttpClient from "acme-client/src/http.js";
import { z } from "zod";
import { explainFailure, refusalOf } from "@/lib/acme/failures";
import { env } from "@/lib/env";
import { IssuerError } from "@/lib/issuers/failure";
import { vettedRequest } from "@/lib/network/vetted-request";

/** A CA's address, and the CA certificates (PEM) that its own TLS certificate is from; null for those of the system. */
export type AcmePlace = { directoryUrl: string; caBundle: string | null };

/** External account binding (RFC 8555 §7.3.4); the key in base64url. */
export type AccountBinding = { kid: string; hmacKey: string };

type Given = { accountKey: string; binding: AccountBinding | null; signal: AbortSignal };

/** Pebble and busy CAs refuse good nonces now and then; each refusal brings another one. */
const BAD_NONCES = 12;

const address = z.url({ protocol: /^https?$/ });

const directory = z.object({
  newNonce: address,
  newAccount: address,
  newOrder: address,
  revokeCert: address,
  /** RFC 9773. */
  renewalInfo: address.optional().catch(undefined),
  meta: z
    .object({
      termsOfService: z.string().optional().catch(undefined),
      externalAccountRequired: z.boolean().optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});
export type AcmeDirectory = z.infer<typeof directory>;

/** acme-client's signatures over vetted connections: none of its requests goes through axios. */
export class VettedHttp extends HttpClient {
  readonly #place: AcmePlace;
  readonly #signal: AbortSignal;
  #nonce: string | null = null;
  #directory: Promise<AcmeDirectory> | null = null;

  constructor(place: AcmePlace, { accountKey, binding, signal }: Given) {
    super(place.directoryUrl, Buffer.from(accountKey), binding ?? {});
    this.maxBadNonceRetries = BAD_NONCES;
    this.#place = place;
    this.#signal = signal;
  }

  /** @throws IssuerError where nothing was answered */
  override async request(url: string, method: string, { data }: { data?: unknown } = {}) {
    const { caBundle } = this.#place;
    const wanted = {
      ...{ url, method: method.toUpperCase(), body: data === undefined ? null : JSON.stringify(data) },
      headers: { "content-type": "application/jose+json", "user-agent": "Certsweep" },
      ...(caBundle === null ? {} : { tls: { ca: caBundle } }),
    };
    const networks = env().CERTSWEEP_PROBE_NETWORKS;
    const answer = await vettedRequest(wanted, { networks, signal: this.#signal }).catch((error: unknown) => {
      throw explainFailure(error, this.#signal);
    });
    // Each answer brings the nonce for the next request; that of a refusal is used by acme-client itself.
    if (answer.status < 400) this.#nonce = answer.headers["replay-nonce"] ?? null;
    return { status: answer.status, headers: answer.headers, data: readBody(answer) };
  }

  /** @throws IssuerError where the address is no ACME server's */
  override getDirectory(): Promise<AcmeDirectory> {
    this.#directory ??= this.#readDirectory();
    return this.#directory;
  }

  async #readDirectory(): Promise<AcmeDirectory> {
    const answer = await this.request(this.#place.directoryUrl, "get");
    if (answer.status >= 500 || answer.status === 429) throw refusalOf(answer);
    const read = directory.safeParse(answer.data);
    if (answer.status === 200 && read.success) return read.data;
    throw new IssuerError("rejected", `There is no ACME directory at this address (HTTP status ${answer.status}).`);
  }

  override async getNonce(): Promise<string> {
    const kept = this.#nonce;
    this.#nonce = null;
    return kept ?? (await super.getNonce());
  }
}

function readBody({ headers, body }: { headers: Record<string, string>; body: Buffer }): unknown {
  const text = body.toString("utf8");
  if (!/json/i.test(headers["content-type"] ?? "")) return text;
  try {
    return JSON.parse(text);
  } catch {
    // A page of a proxy in between, whatever it calls itself.
    return text;
  }
}
