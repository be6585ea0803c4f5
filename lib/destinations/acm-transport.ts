import "server-only";
import type { Networks } from "@/lib/network/rules";
import { vettedRequest } from "@/lib/network/vetted-request";

/** A request as the AWS SDK hands it over. */
type AwsRequest = {
  protocol: string;
  hostname: string;
  port?: number | undefined;
  path: string;
  method: string;
  headers: Record<string, string>;
  body?: unknown;
};
type AwsAnswer = { response: { statusCode: number; headers: Record<string, string>; body: Uint8Array } };

/** Carries the AWS SDK's requests. Those for credentials of the server's environment go their own way. */
export function awsTransport(networks: Networks) {
  return {
    handle: async (request: AwsRequest, options: { abortSignal?: unknown } = {}): Promise<AwsAnswer> => {
      const port = request.port === undefined ? "" : `:${request.port}`;
      const body = typeof request.body === "string" || request.body instanceof Uint8Array ? request.body : null;
      const answer = await vettedRequest(
        {
          url: `${request.protocol}//${request.hostname}${port}${request.path}`,
          ...{ method: request.method, headers: request.headers, body },
        },
        {
          networks,
          signal: options.abortSignal instanceof AbortSignal ? options.abortSignal : new AbortController().signal,
        },
      );
      return { response: { statusCode: answer.status, headers: answer.headers, body: answer.body } };
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}
