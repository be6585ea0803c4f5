import { hash } from "@node-rs/argon2";
import type { BrowserContext } from "@playwright/test";
import { z } from "zod";
import type { Role } from "@/lib/accounts/rules";
import { newId } from "@/lib/ids";
import { setting, sql } from "./database";

/** Everybody's password. */
export const PASSWORD = "lantern orbit maple seventeen";

export type Person = { id: string; email: string; role: Role; accountId: string };

let passwordHash: Promise<string> | undefined;

export async function makeAccount(): Promise<string> {
  const id = newId();
  await sql()`insert into accounts (id, name, created_at) values (${id}, ${`Account ${id.slice(-6)}`}, now())`;
  return id;
}

/** A person in an account, who signs in with PASSWORD. */
export async function makePerson(accountId: string, role: Role, name: string = role): Promise<Person> {
  passwordHash ??= hash(PASSWORD, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
  const id = newId();
  const email = `${name}-${id.slice(-8)}@example.test`;
  await sql()`insert into users (id, email, password_hash, created_at) values (${id}, ${email}, ${await passwordHash}, now())`;
  await sql()`
    insert into memberships (account_id, user_id, role, created_at) values (${accountId}, ${id}, ${role}, now())`;
  return { id, email, role, accountId };
}

const csrf = z.object({ csrfToken: z.string() });

export type Cookie = { name: string; value: string };

/** Signs in as the sign-in screen does, without a browser, and answers with the session's cookie. */
export async function signIn(email: string, password = PASSWORD, base = setting("E2E_URL")): Promise<Cookie> {
  const first = await fetch(`${base}/api/auth/csrf`);
  const { csrfToken } = csrf.parse(await first.json());
  const answer = await fetch(`${base}/api/auth/callback/credentials`, {
    method: "POST",
    headers: { cookie: first.headers.getSetCookie().map(pairOf).join("; ") },
    body: new URLSearchParams({ csrfToken, email, password, json: "true", callbackUrl: base }),
  });
  const cookie = answer.headers
    .getSetCookie()
    .map(pairOf)
    .find((pair) => pair.includes("session-token="));
  if (cookie === undefined) throw new Error(`${email} was not signed in: ${answer.status} ${await answer.text()}`);
  const [name = "", value = ""] = cookie.split(/=(.*)/s);
  return { name, value };
}

/** Signs somebody in in a browser, past the sign-in screen. */
export async function signInBrowser(context: BrowserContext, email: string): Promise<void> {
  await context.addCookies([{ ...(await signIn(email)), url: setting("E2E_URL"), httpOnly: true, sameSite: "Lax" }]);
}

function pairOf(setCookie: string): string {
  return setCookie.split(";", 1).join("");
}
