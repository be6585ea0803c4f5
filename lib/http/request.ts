import "server-only";
import { randomUUID } from "node:crypto";
import { headers } from "next/headers";

/** The id that proxy.ts gave this request; log lines and error sentences carry it. */
export async function requestIdOf(): Promise<string> {
  return (await headers()).get("x-request-id") ?? randomUUID();
}
