import http from "node:http";
import { eq } from "drizzle-orm";
import NextAuth from "next-auth";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { database } from "@/drizzle/client";
import { identities, memberships, users } from "@/drizzle/schema/accounts";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertAccount, insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { type Person, startProvider } from "@/e2e/openid-provider";
import { authOptions } from "@/lib/auth/options";
import { readSession } from "@/lib/auth/session";
import { newId } from "@/lib/ids";

const provider = await startProvider("console");
const door = await openDoor();
Object.assign(process.env, {
  CERTSWEEP_URL: door.url,
  NEXTAUTH_URL: door.url,
  CERTSWEEP_OIDC_ISSUER: provider.issuer,
  CERTSWEEP_OIDC_CLIENT_ID: "console",
  CERTSWEEP_OIDC_CLIENT_SECRET: "the client's secret",
  CERTSWEEP_OIDC_DEFAULT_ROLE: "viewer",
});
useTestDatabase();
afterAll(() => {
  provider.stop();
  door.stop();
});

/** next-auth behind a plain server, so that a whole sign-in goes over HTTP. */
async function openDoor(): Promise<{ url: string; stop: () => void }> {
  const server = http.createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://door.invalid");
    let text = "";
    for await (const chunk of request) text += chunk;
    const seen = {
      query: { ...Object.fromEntries(url.searchParams), nextauth: url.pathname.split("/").slice(3) },
      cookies: Object.fromEntries((request.headers.cookie ?? "").split("; ").map((pair) => cut(pair))),
      body: Object.fromEntries(new URLSearchParams(text)),
    };
    const end = (value: unknown) => response.end(typeof value === "string" ? value : JSON.stringify(value));
    const status = (code: number) => Object.assign(response, { statusCode: code });
    await answerWith(
      NextAuth(authOptions()),
      Object.assign(request, seen),
      Object.assign(response, { status, send: end, json: end }),
    );
    if (!response.writableEnded) response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return { url: `http://127.0.0.1:${port}`, stop: () => server.close() };
}

/** next-auth's handler takes requests and answers of Next's older kind without saying so in its type. */
async function answerWith(handler: unknown, request: http.IncomingMessage, response: http.ServerResponse) {
  if (typeof handler !== "function") throw new TypeError("next-auth gave no handler");
  await handler(request, response);
}

function cut(pair: string): [string, string] {
  const at = pair.indexOf("=");
  return [pair.slice(0, at), decodeURIComponent(pair.slice(at + 1))];
}

/** A browser's way through the provider and back; answers with where it ends and the session's token, if there is one. */
async function signIn(person: Person, manner?: Parameters<typeof provider.become>[1]) {
  provider.become(person, manner);
  const jar = new Map<string, string>();
  const go = async (url: string, init: RequestInit = {}) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { ...init, redirect: "manual", headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [name, value] = cut(line.split(";")[0] ?? "");
      jar.set(name, encodeURIComponent(value));
    }
    return answer;
  };
  const { csrfToken } = z.object({ csrfToken: z.string() }).parse(await (await go(`${door.url}/api/auth/csrf`)).json());
  const body = new URLSearchParams({ csrfToken, callbackUrl: `${door.url}/removals` });
  let answer = await go(`${door.url}/api/auth/signin/sso`, { method: "POST", body });
  for (let hop = 0; hop < 2; hop += 1) answer = await go(answer.headers.get("location") ?? "");
  const token = jar.get("next-auth.session-token");
  return { endsAt: answer.headers.get("location")?.replace(door.url, ""), token };
}

async function personOf(email: string) {
  return database()
    .select({ userId: users.id, role: memberships.role, subject: identities.subject })
    .from(users)
    .innerJoin(memberships, eq(memberships.userId, users.id))
    .leftJoin(identities, eq(identities.userId, users.id))
    .where(eq(users.email, email));
}

const verified = (email: string): Person => ({ sub: newId(), email, email_verified: true });

describe("single sign-on", () => {
  test("before set-up lets nobody in and says so", async () => {
    expect(await signIn(verified("early@example.test"))).toEqual({ endsAt: "/sign-in?error=sso_not_set_up" });
    await insertAccount();
  });

  test("links a known person by a verified e-mail address, and from then on by issuer and subject", async () => {
    const { email, userId } = await insertPerson({ role: "member" });
    const person = { ...verified(email.toUpperCase()) };
    const first = await signIn(person);
    expect(first.endsAt).toBe("/removals");
    expect(await readSession(first.token, new Date())).toMatchObject({ userId, role: "member" });
    const renamed = await signIn({ sub: person.sub, email: "renamed@example.test", email_verified: false });
    expect(await readSession(renamed.token, new Date())).toMatchObject({ userId, email });
    expect(await personOf(email)).toEqual([{ userId, role: "member", subject: person.sub }]);
  });

  test("takes the e-mail address from the userinfo endpoint when the ID token does not say it", async () => {
    const { email, userId } = await insertPerson();
    const { token } = await signIn(verified(email), { tells: "userinfo" });
    expect(await readSession(token, new Date())).toMatchObject({ userId });
  });

  test.each([{ email_verified: false }, {}])("refuses an address that is not verified: %j", async (claim) => {
    const { email } = await insertPerson({ role: "admin" });
    const answer = await signIn({ sub: newId(), email, ...claim });
    expect(answer).toEqual({ endsAt: "/sign-in?error=sso_unverified" });
    expect(await personOf(email)).toMatchObject([{ subject: null }]);
  });

  test("lets an unknown verified person join as viewer when the settings say so", async () => {
    const email = `newcomer-${newId()}@example.test`;
    const { token } = await signIn(verified(email));
    expect(await readSession(token, new Date())).toMatchObject({ email, role: "viewer" });
    expect(await personOf(email)).toMatchObject([{ role: "viewer" }]);
  });

  test("does not let a disabled person in", async () => {
    const { email, userId } = await insertPerson();
    await database().update(memberships).set({ disabledAt: TEST_NOW }).where(eq(memberships.userId, userId));
    expect(await signIn(verified(email))).toEqual({ endsAt: "/sign-in?error=disabled" });
  });

  test("refuses an answer with the nonce of another sign-in", async () => {
    const { email } = await insertPerson();
    const answer = await signIn(verified(email), { nonce: "another sign-in's" });
    expect(answer.endsAt).toMatch(/error=OAuthCallback/);
    expect(answer.token).toBeUndefined();
  });
});
