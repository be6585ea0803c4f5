import "server-only";
import type { Networks } from "@/lib/network/rules";
import { vettedRequest } from "@/lib/network/vetted-request";

/** A request as Azure's pipelines hand it over, and what they want back. */
type AzureRequest = {
  url: string;
  method: string;
  headers: { toJSON: () => Record<string, string> };
  body?: unknown;
  abortSignal?: unknown;
};

/** Carries the requests of both of Azure's packages, those for tokens too. */
export async function azureTransport(networks: Networks) {
  const { createHttpHeaders } = await import("@azure/core-rest-pipeline");
  return {
    sendRequest: async <Request extends AzureRequest>(request: Request) => {
      const body = typeof request.body === "string" || request.body instanceof Uint8Array ? request.body : null;
      const signal = request.abortSignal instanceof AbortSignal ? request.abortSignal : new AbortController().signal;
      const answer = await vettedRequest(
        { url: request.url, method: request.method, headers: request.headers.toJSON(), body },
        { networks, signal },
      );
      return {
        request,
        status: answer.status,
        headers: createHttpHeaders(answer.headers),
        bodyAsText: answer.body.toString("utf8"),
      };
    },
  };
}
