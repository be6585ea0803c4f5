import { expect } from "@playwright/test";
import { z } from "zod";
import { setting } from "./database";
import { makeAccount, makePerson, signIn } from "./people";
import { builtActions, callAction } from "./server-actions";
import { test } from "./test";

const NONCE = /'nonce-([^']+)'/;
const csrf = z.object({ csrfToken: z.string() });

async function read(path: string, init: RequestInit = {}): Promise<{ answer: Response; body: string }> {
  const answer = await fetch(`${setting("E2E_URL")}${path}`, { redirect: "manual", ...init });
  return { answer, body: await answer.text() };
}

async function headersOf(role: "viewer" | "admin"): Promise<{ cookie: string }> {
  const { name, value } = await signIn((await makePerson(await makeAccount(), role)).email);
  return { cookie: `${name}=${value}` };
}

test("every page, the refusing ones too, lets in only scripts with its own nonce and stays out of caches", async () => {
  const headers = await headersOf("viewer");
  const pages = [
    [200, "/"],
    [200, "/sign-in", "nobody"],
    [200, "/setup?token=x"],
    [200, "/invite/x"],
    [403, "/settings/cleanup"],
    [404, "/certificates/x"],
    [404, "/removals/x"],
    [404, "/nothing/here"],
    [404, "/_next/image?url=%2Ficon.svg&w=64&q=75"],
  ] as const;
  const nonces = new Set<string>();
  for (const [status, path, who] of pages) {
    const { answer, body } = await read(path, who === "nobody" ? {} : { headers });
    const policy = answer.headers.get("content-security-policy") ?? "";
    const nonce = NONCE.exec(policy)?.[1] ?? "";
    expect([status, nonce.length, /unsafe/.test(policy)], path).toEqual([answer.status, 24, false]);
    const scripts = [...body.matchAll(/<script[^>]*>/g)].map(([tag]) => tag);
    expect(
      scripts.filter((tag) => !tag.includes(`nonce="${nonce}"`)),
      path,
    ).toEqual([]);
    expect(body, path).not.toMatch(/<[a-z]+[^>]* (on[a-z]+|style)="/);
    expect(answer.headers.get("cache-control"), path).toContain("no-store");
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(pages.length);
});

test("no answer lets a browser guess its type, and what is malformed is refused with a sentence", async () => {
  const { body } = await read("/sign-in");
  const [style = ""] = /\/_next\/static\/[^"]+\.css/.exec(body) ?? [];
  for (const path of [style, "/_next/static/none.js", "/icon.svg", "/api/health", "/api/certificates", "/%"]) {
    expect((await read(path)).answer.headers.get("x-content-type-options"), path).toBe("nosniff");
  }
  const malformed = await read("/certificates/%E0%A4%A");
  expect([malformed.answer.status, malformed.body]).toEqual([400, "This address is not well formed.\n"]);
});

test("more than 12 MB at once is refused with a sentence, from whomever it comes", async () => {
  const body = `a=${"x".repeat(12 * 1024 * 1024)}`;
  for (const path of ["/", "/certificates/upload", "/api/auth/callback/credentials"]) {
    const sent = await read(path, { method: "POST", body });
    expect([sent.answer.status, sent.body], path).toEqual([413, "This is more than 12 MB at once. Send less."]);
  }
});

test("the doors of sign-in take forms only, and write nothing for strangers into the log", async () => {
  const json = { method: "POST", headers: { "content-type": "application/json" }, body: "{" };
  expect((await read("/api/auth/callback/credentials", json)).answer.status).toBe(415);
  const body = new URLSearchParams({ code: "forged", level: "error" });
  expect((await read("/api/auth/_log", { method: "POST", body })).answer.status).toBe(204);
});

test("what is no e-mail address is as wrong as one that is unknown", async () => {
  for (const email of ["a\0@example.test", "not an address", `${"x".repeat(400)}@example.test`]) {
    const first = await fetch(`${setting("E2E_URL")}/api/auth/csrf`);
    const { csrfToken } = csrf.parse(await first.json());
    const cookie = first.headers.getSetCookie().map((line) => line.split(";", 1).join(""));
    const { body } = await read("/api/auth/callback/credentials", {
      method: "POST",
      headers: { cookie: cookie.join("; "), "x-forwarded-for": "203.0.113.77" },
      body: new URLSearchParams({ csrfToken, email, password: "some password here", json: "true" }),
    });
    expect(body).toContain("error=wrong");
  }
});

test("half a character in a deployment is refused in words, not with a failure", async () => {
  const { email } = await makePerson(await makeAccount(), "member");
  const cookie = await signIn(email);
  const action = builtActions().find(({ name }) => name.endsWith("#addDeploymentAction"));
  if (action === undefined) throw new Error("there is no such action");
  const input = { certificateId: crypto.randomUUID(), service: "a\ud83d", resource: "b", note: "" };
  const { result } = await callAction(action, input, { cookie });
  expect(result).toMatchObject({ ok: false, problem: { code: "invalid_input" } });
});
