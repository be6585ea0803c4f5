import { expect } from "vitest";
import { z } from "zod";
import { insertPerson } from "@/drizzle/test-rows";
import type { Role } from "@/lib/accounts/rules";
import type { PersonScope } from "@/lib/auth/scope";
import { createToken } from "@/lib/tokens/commands";
import { API_METHODS, API_ROUTES } from "./routes";

const ORIGIN = "http://console.example.test";

export type Sent = {
  token?: string;
  /** Sent as JSON; text and octets as they are, and a form as one. */
  body?: unknown;
  headers?: Record<string, string>;
};

export type Answer = { status: number; headers: Headers; text: string; json: Record<string, unknown> };

/** Sends "GET /certificates?q=x" to the route that has this path, as the server would. */
export async function call(line: string, { token, body, headers = {} }: Sent = {}): Promise<Answer> {
  const [word = "", address = ""] = line.split(" ");
  const url = new URL(`/api/v1${address}`, ORIGIN);
  const method = API_METHODS.find((known) => known === word);
  const found = Object.entries(API_ROUTES).flatMap(([path, handlers]) => {
    const handler = method === undefined ? undefined : handlers[method];
    const params = paramsOf(path, url.pathname.slice("/api/v1".length));
    return handler === undefined || params === null ? [] : [{ handler, params }];
  });
  const [route] = found;
  if (route === undefined) throw new Error(`There is no route for ${line}`);
  const request = new Request(url, {
    method: word,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined || body instanceof FormData ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isRaw(body) ? body : JSON.stringify(body) }),
  });
  // As Next does, which has no object for a path without parameters.
  const params = Object.keys(route.params).length === 0 ? undefined : route.params;
  const response = await route.handler(request, { params: Promise.resolve(params) });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} };
}

function isRaw(body: unknown): body is string | Uint8Array<ArrayBuffer> | FormData {
  return typeof body === "string" || body instanceof Uint8Array || body instanceof FormData;
}

function paramsOf(template: string, pathname: string): Record<string, string> | null {
  const [names, parts] = [template.split("/"), pathname.split("/")];
  if (names.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const part = decodeURIComponent(parts[index] ?? "");
    const variable = /^\{(\w+)\}$/.exec(name)?.[1];
    if (variable !== undefined) params[variable] = part;
    else if (name !== part) return null;
  }
  return params;
}

/** The ids of every page of a list, in the order in which they come. */
export async function walk(line: string, { token, list }: { token: string; list: string }): Promise<string[]> {
  const page = z.object({ [list]: z.array(z.object({ id: z.string() })), next_cursor: z.string().nullable() });
  const met: string[] = [];
  let cursor: unknown = "";
  while (typeof cursor === "string") {
    const { status, json } = await call(
      `${line}${cursor === "" ? "" : `${/\?/.test(line) ? "&" : "?"}cursor=${cursor}`}`,
      { token },
    );
    expect(status).toBe(200);
    page.parse(json);
    met.push(
      ...z
        .array(z.object({ id: z.string() }))
        .parse(json[list])
        .map(({ id }) => id),
    );
    cursor = json.next_cursor;
  }
  return met;
}

/** A token of a new person, of a new account unless given. */
export async function makeCaller(
  asked: { role?: Role; accountId?: string } = {},
): Promise<{ token: string; tokenId: string; accountId: string; scope: PersonScope }> {
  const role = asked.role ?? "member";
  const scope = await insertPerson({ role, ...(asked.accountId === undefined ? {} : { accountId: asked.accountId }) });
  const { token, tokenId } = await createToken(scope, { name: "deploy", role, days: 90, ranges: [], now: new Date() });
  return { token, tokenId, accountId: scope.accountId, scope };
}
