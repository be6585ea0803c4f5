/** The transport of acme-client, which it keeps to itself: signatures, nonces and account bindings, without axios. */
declare module "acme-client/src/http.js" {
  type Answer = { status: number; headers: Record<string, string>; data: unknown };
  type Signing = { kid?: string | null; includeExternalAccountBinding?: boolean };

  class HttpClient {
    constructor(
      directoryUrl: string,
      accountKey: Buffer,
      externalAccountBinding?: { kid: string; hmacKey: string } | Record<string, never>,
    );
    maxBadNonceRetries: number;
    request(url: string, method: string, options?: { data?: unknown }): Promise<Answer>;
    getNonce(): Promise<string>;
    getDirectory(): Promise<object>;
    getJwk(): Record<string, string>;
    signedRequest(url: string, payload: object | null, signing?: Signing): Promise<Answer>;
  }

  export = HttpClient;
}
