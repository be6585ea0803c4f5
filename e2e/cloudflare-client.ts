import Cloudflare from "cloudflare";
import { z } from "zod";
import type { Role } from "@/lib/accounts/rules";
import { setting } from "./database";
import { makePerson, signIn } from "./people";
import { succeed } from "./server-actions";

const created = z.object({ token: z.string() });

/** A token of its own for a program, made by a new member through the action of the screen. */
export async function makeToken(accountId: string, role: Role, ranges: string[] = []): Promise<string> {
  const cookie = await signIn((await makePerson(accountId, role, "token-owner")).email);
  const input = { name: "deploy", role, days: 30, ranges };
  return created.parse(await succeed("lib/tokens/actions.ts#createApiToken", input, cookie)).token;
}

export type Seen = { method: string; url: string };

/** Cloudflare's own client, and every request that it sent. */
export function connect(apiToken: string): { client: Cloudflare; seen: Seen[] } {
  const seen: Seen[] = [];
  const client = new Cloudflare({
    apiToken,
    baseURL: `${setting("E2E_URL")}/client/v4`,
    fetch: (url, init) => {
      seen.push({ method: init?.method ?? "GET", url: String(url) });
      return fetch(url, init);
    },
  });
  return { client, seen };
}

/** The failure that a call ends with. */
export async function failureOf(call: Promise<unknown>): Promise<InstanceType<typeof Cloudflare.APIError>> {
  const failure: unknown = await call.then(
    () => null,
    (error) => error,
  );
  if (failure instanceof Cloudflare.APIError) return failure;
  throw new Error(`there was no failure of the API: ${String(failure)}`);
}

/** A request as any program can send it. */
export function ask(path: string, { token, ...init }: RequestInit & { token?: string } = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  return fetch(`${setting("E2E_URL")}/client/v4${path}`, { redirect: "manual", ...init, headers });
}

const failure = z.strictObject({
  code: z.int().min(1000),
  message: z.string().min(1),
  documentation_url: z.url(),
  source: z.strictObject({ pointer: z.string() }).optional(),
  error_chain: z.array(z.strictObject({ code: z.int().min(1000), message: z.string().min(1) })).optional(),
});

const failedBody = z.strictObject({
  success: z.literal(false),
  errors: z.array(failure).min(1),
  messages: z.array(z.never()),
  result: z.null(),
});

/** The failures that an answer tells, which has to have the form of Cloudflare's API. */
export async function failuresIn(answer: Response): Promise<z.infer<typeof failure>[]> {
  const text = await answer.text();
  const parsed = failedBody.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`${answer.status} ${text}: ${parsed.error.message}`);
  return parsed.data.errors;
}
