import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "@playwright/test";
import { ROLES, type Role } from "@/lib/accounts/rules";
import { newId } from "@/lib/ids";
import { ask, failuresIn, makeToken } from "./cloudflare-client";
import { SUCCESSES } from "./cloudflare-shapes";
import { makeCertificate } from "./inventory";
import { makeExpired } from "./permission-things";
import { test } from "./test";
import { makeWorld, pictureOf, type World } from "./world";

const FOLDER = path.join(import.meta.dirname, "../app/client/v4");

type Sent = { path: string; body?: string };
type Row = {
  may: Role;
  /** Whether the path names an account, and whether a certificate of it. */
  names: "certificate" | "account" | "nothing";
  answers: keyof typeof SUCCESSES;
  send: (world: World) => Promise<Sent>;
};

const certificatePath = async ({ accountId }: World) =>
  `/accounts/${accountId}/mtls_certificates/${await makeExpired(accountId)}`;

const ROUTES: Record<string, Row> = {
  "GET /accounts": { may: "viewer", names: "nothing", answers: "accounts", send: async () => ({ path: "/accounts" }) },
  "GET /memberships": {
    may: "viewer",
    names: "nothing",
    answers: "memberships",
    send: async () => ({ path: "/memberships" }),
  },
  "GET /user/tokens/verify": {
    may: "viewer",
    names: "nothing",
    answers: "verification",
    send: async () => ({ path: "/user/tokens/verify" }),
  },
  "GET /accounts/[account]/mtls_certificates": {
    may: "viewer",
    names: "account",
    answers: "list",
    send: async ({ accountId }) => ({ path: `/accounts/${accountId}/mtls_certificates` }),
  },
  "POST /accounts/[account]/mtls_certificates": {
    may: "member",
    names: "account",
    answers: "created",
    send: async ({ accountId }) => {
      const { pem } = await makeCertificate({ name: `create-${newId()}.example.test` });
      const body = JSON.stringify({ certificates: pem, ca: false });
      return { path: `/accounts/${accountId}/mtls_certificates`, body };
    },
  },
  "GET /accounts/[account]/mtls_certificates/[id]": {
    may: "viewer",
    names: "certificate",
    answers: "certificate",
    send: async (world) => ({ path: await certificatePath(world) }),
  },
  "DELETE /accounts/[account]/mtls_certificates/[id]": {
    may: "member",
    names: "certificate",
    answers: "certificate",
    send: async (world) => ({ path: await certificatePath(world) }),
  },
  "GET /accounts/[account]/mtls_certificates/[id]/associations": {
    may: "viewer",
    names: "certificate",
    answers: "associations",
    send: async (world) => ({ path: `${await certificatePath(world)}/associations` }),
  },
};

test("the table has every call of Cloudflare's API that is served, and no other", () => {
  const files = readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll(path.sep, "/"))
    .filter((file) => file.endsWith("/route.ts"));
  const served = files.flatMap((file) =>
    [...readFileSync(path.join(FOLDER, file), "utf8").matchAll(/^export const (\w+) = cloudflareRoute\(/gm)].map(
      ([, method]) => `${method} /${path.posix.dirname(file)}`,
    ),
  );
  expect(Object.keys(ROUTES).sort()).toEqual(served.sort());
});

for (const [name, row] of Object.entries(ROUTES)) {
  const [method = ""] = name.split(" ");

  test(`${name} is for ${row.may}`, async () => {
    const world = await makeWorld();
    const cookie = `${world.admin.name}=${world.admin.value}`;
    const sent = await row.send(world);
    const call = (token?: string, target = sent) =>
      ask(target.path, { method, ...bodyOf(target), ...(token === undefined ? { headers: { cookie } } : { token }) });
    const before = await inventoryOf(world);

    // A session is no token.
    const nobody = await call();
    expect([nobody.status, (await failuresIn(nobody)).map(({ code }) => code)]).toEqual([401, [10000]]);

    const outsider = await makeToken(world.otherAccountId, "admin");
    const foreign = await call(outsider);
    if (row.names === "nothing") {
      expect(foreign.status).toBe(200);
      expect(await foreign.text()).not.toContain(world.accountId);
    } else {
      const unknownAccount = { ...sent, path: sent.path.replace(world.accountId, newId()) };
      await sameRefusal(foreign, await call(outsider, unknownAccount), [7003, 7000]);
    }
    if (row.names === "certificate") {
      const here = sent.path.replace(world.accountId, world.otherAccountId);
      const unknown = here.replace(/mtls_certificates\/[0-9a-f-]+/, `mtls_certificates/${newId()}`);
      await sameRefusal(await call(outsider, { path: here }), await call(outsider, { path: unknown }), [1472]);
    }
    expect(await inventoryOf(world)).toEqual(before);

    for (const role of ROLES) {
      const answer = await call(await makeToken(world.accountId, role), await row.send(world));
      expect(answer.headers.get("ratelimit"), role).toMatch(/^"default";r=1199;t=\d+$/);
      expect(answer.headers.get("ratelimit-policy"), role).toBe('"default";q=1200;w=300');
      if (ROLES.indexOf(role) >= ROLES.indexOf(row.may)) {
        expect(answer.status, role).toBe(200);
        const said: unknown = await answer.json();
        expect(
          SUCCESSES[row.answers].safeParse(said).error?.issues,
          `${role}: ${JSON.stringify(said)}`,
        ).toBeUndefined();
      } else {
        expect([answer.status, (await failuresIn(answer)).map(({ code }) => code)], role).toEqual([403, [9109]]);
      }
    }
  });
}

async function sameRefusal(one: Response, other: Response, codes: number[]): Promise<void> {
  expect([one.status, one.headers.get("x-should-retry")]).toEqual([404, null]);
  expect(other.status).toBe(404);
  const text = await one.clone().text();
  expect((await failuresIn(one)).map(({ code }) => code)).toEqual(codes);
  expect(await other.text()).toBe(text);
}

function bodyOf({ body }: Sent): RequestInit {
  return body === undefined ? {} : { body };
}

/** Everything of the account but what using and making tokens changes. */
async function inventoryOf({ accountId }: World): Promise<string[]> {
  const lines = await pictureOf(accountId);
  return lines.filter((line) => !/^(api_token|audit_|membership|session|users )/.test(line));
}
