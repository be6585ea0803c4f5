import { readdirSync } from "node:fs";
import path from "node:path";
import { expect } from "@playwright/test";
import { ROLES } from "@/lib/accounts/rules";
import { newId } from "@/lib/ids";
import { setting } from "./database";
import { ACTIONS, ROUTES } from "./permission-table";
import { builtActions, callAction } from "./server-actions";
import { test } from "./test";
import { CALLERS, type Caller, idsOf, makeWorld, pictureOf, type World } from "./world";

const FOREIGN_ORIGIN = "https://elsewhere.example";
const ROUTE_FILES = path.join(import.meta.dirname, "../app");

let world: World;
test.beforeEach(async () => {
  world = await makeWorld();
});

test("the table has every action and every route of the build, and no other", () => {
  expect(Object.keys(ACTIONS).sort()).toEqual(
    builtActions()
      .map(({ name }) => name)
      .sort(),
  );
  const routes = readdirSync(ROUTE_FILES, { recursive: true, encoding: "utf8" })
    .map((file) => `/${file.replaceAll(path.sep, "/")}`)
    .filter((file) => /\/route\.tsx?$/.test(file))
    .map((file) => path.posix.dirname(file).replace(/\/\([^)]+\)/g, ""))
    // Those take API tokens, never a session; app/api/v1/door.test.ts and cloudflare-permissions.spec.ts have a row for each.
    .filter((address) => !/^\/(api\/v1|client\/v4)\//.test(address));
  expect(Object.keys(ROUTES).sort()).toEqual(routes.sort());
});

for (const [name, row] of Object.entries(ACTIONS)) {
  test(`action ${name} is for ${row.may}`, async () => {
    for (const caller of CALLERS) {
      await test.step(caller, async () => {
        const input = await row.input(world, caller);
        const before = await pictureOf(world.accountId);
        const { status, result } = await callAs(name, input, caller);
        const said = `${caller} got ${status} ${JSON.stringify(result)}`;
        const untouched = async () => expect(await pictureOf(world.accountId), said).toEqual(before);

        if (caller === "foreign page") {
          expect(status, said).toBeGreaterThanOrEqual(400);
          expect(result, said).toBeNull();
          return untouched();
        }
        if (row.may === "link") return expect(result?.ok, said).toBe(true);
        if (row.may === "nobody") {
          expect(result?.ok, said).toBe(false);
          return untouched();
        }
        switch (caller) {
          case "nobody":
          case "disabled":
            expect(result, said).toMatchObject({ ok: false, problem: { code: "signed_out" } });
            return untouched();
          case "viewer":
          case "member":
          case "admin":
            if (ROLES.indexOf(caller) >= ROLES.indexOf(row.may)) {
              if (row.isRefused) {
                expect(result, said).toMatchObject({ ok: true, value: { kind: "refused" } });
                return untouched();
              }
              expect(result?.ok, said).toBe(true);
              return expect(await pictureOf(world.accountId), said).not.toEqual(before);
            }
            expect(result, said).toMatchObject({ ok: false, problem: { code: "forbidden" } });
            return untouched();
          case "outsider":
            await untouched();
            if (row.names === "nothing") return expect(result?.ok, said).toBe(true);
            expect(result, said).toMatchObject({ ok: false });
            return expect(result, said).toEqual((await callAs(name, row.unknown?.(), caller)).result);
        }
      });
    }
  });
}

for (const [address, row] of Object.entries(ROUTES)) {
  test(`route ${address} is for ${row.may}`, async () => {
    const target = await row.path(world);
    for (const caller of CALLERS) {
      await test.step(caller, async () => {
        const before = await pictureOf(world.accountId);
        const answer = await readAs(target, caller);
        const said = `${caller} got ${answer.status} ${answer.body.slice(0, 300)}`;
        expect(await pictureOf(world.accountId), said).toEqual(before);
        expect(answer.sharedWith, said).toBeNull();
        if (row.may === "everybody") return expect(answer.status, said).toBe(200);
        switch (caller) {
          case "nobody":
          case "disabled":
            return expect(answer.status, said).toBe(401);
          case "viewer":
          case "member":
          case "admin":
          case "foreign page": {
            // What another site's page causes a browser to read stays unreadable to it; it only must not write.
            const role = caller === "foreign page" ? "admin" : caller;
            return expect(answer.status, said).toBe(ROLES.indexOf(role) >= ROLES.indexOf(row.may) ? 200 : 403);
          }
          case "outsider": {
            if (row.names === "nothing") {
              expect(answer.status, said).toBe(200);
              const ids = await idsOf(world.accountId);
              return expect(ids.filter((id) => answer.body.includes(id))).toEqual([]);
            }
            const unknown = await readAs(target.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, newId()), caller);
            expect(answer.status, said).toBe(404);
            return expect(answer.body, said).toBe(unknown.body);
          }
        }
      });
    }
    if (row.may === "everybody") return;
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      const answer = await send(target, { caller: "admin", method });
      expect(answer.status, `${method} ${target}`).toBe(405);
    }
  });
}

function callAs(name: string, input: unknown, caller: Caller) {
  const action = builtActions().find((candidate) => candidate.name === name);
  if (action === undefined) throw new Error(`There is no action ${name} in the build`);
  const cookie = world.cookieOf(caller);
  return callAction(action, input, { cookie, ...(caller === "foreign page" ? { origin: FOREIGN_ORIGIN } : {}) });
}

async function readAs(target: string, caller: Caller) {
  const answer = await send(target, { caller, method: "GET" });
  const sharedWith = answer.headers.get("access-control-allow-origin");
  return { status: answer.status, body: await answer.text(), sharedWith };
}

function send(target: string, { caller, method }: { caller: Caller; method: string }): Promise<Response> {
  const cookie = world.cookieOf(caller);
  return fetch(`${setting("E2E_URL")}${target}`, {
    method,
    redirect: "manual",
    headers: {
      ...(cookie === null ? {} : { cookie: `${cookie.name}=${cookie.value}` }),
      ...(caller === "foreign page" ? { origin: FOREIGN_ORIGIN } : {}),
    },
  });
}
