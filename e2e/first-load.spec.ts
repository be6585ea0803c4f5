import path from "node:path";
import { expect } from "@playwright/test";
import { measureFirstLoads } from "../scripts/first-load.mjs";
import { makePerson, signIn } from "./people";
import { test } from "./test";

const SCRIPT = /<script\b[^>]*\bsrc="\/_next\/([^"?]+\.js)[^"]*"[^>]*>/g;

test("no page names a script that its first load does not count", async ({ accountId, baseURL }) => {
  const { name, value } = await signIn((await makePerson(accountId, "admin")).email);
  const { screens } = measureFirstLoads(path.join(import.meta.dirname, ".."));
  const visited = screens.filter(({ route }) => !route.includes("["));
  expect(visited.map(({ route }) => route)).toContain("/");
  for (const { route, files } of visited) {
    const cookie = route === "/sign-in" ? "" : `${name}=${value}`;
    const page = await (await fetch(`${baseURL}${route}`, { headers: { cookie } })).text();
    const named = [...page.matchAll(SCRIPT)].filter(([tag]) => !/nomodule/i.test(tag)).map(([, file]) => file);
    expect(named.length, route).toBeGreaterThan(3);
    expect(
      named.filter((file) => !files.includes(String(file))),
      route,
    ).toEqual([]);
  }
});
