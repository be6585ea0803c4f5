import { expect, test } from "vitest";
import { AppError } from "@/lib/errors";
import { NOTHING_HERE, plainAnswer, publicRoute } from "./public-route";

const context = { params: Promise.resolve({ name: "b" }) };
const ask = (method: string) => new Request("http://ca.example/a/b", { method, headers: { "x-request-id": "r1" } });

const { GET, HEAD, POST, PUT, PATCH, DELETE } = publicRoute({
  GET: async ({ params, now }) =>
    new Response(params.name, { headers: { "last-modified": now.toUTCString(), "x-kind": "got" } }),
});

test("anybody is answered, with the parameters of the path and one reading of the clock", async () => {
  const answer = await GET(ask("GET"), context);
  expect([answer.status, await answer.text()]).toEqual([200, "b"]);
  expect(Date.parse(answer.headers.get("last-modified") ?? "")).not.toBeNaN();
});

test("HEAD answers as GET without a body", async () => {
  const answer = await HEAD(ask("HEAD"), context);
  expect([answer.status, answer.headers.get("x-kind"), await answer.text()]).toEqual([200, "got", ""]);
});

test("a method that is not given is refused, and says which are", async () => {
  for (const handler of [POST, PUT, PATCH, DELETE]) {
    const answer = await handler(ask("PUT"), context);
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  }
  const both = publicRoute({ GET: async () => new Response(""), POST: async () => new Response("posted") });
  expect(await (await both.POST(ask("POST"), context)).text()).toBe("posted");
  expect((await both.DELETE(ask("DELETE"), context)).headers.get("allow")).toBe("GET, HEAD, POST");
});

test("what goes wrong is told in a plain sentence that nobody keeps", async () => {
  const failing = (error: Error) => publicRoute({ GET: () => Promise.reject(error) }).GET(ask("GET"), context);
  const refused = await failing(new AppError("not_found", "There is no such list."));
  expect([refused.status, await refused.text()]).toEqual([404, "There is no such list.\n"]);
  expect(refused.headers.get("cache-control")).toBe("no-store");
  const failed = await failing(new Error("secret words"));
  expect(failed.status).toBe(500);
  expect(await failed.text()).toMatch(/^Something went wrong here\..*Request r1 has the details in the log\.\n$/);
  expect(await plainAnswer(404, NOTHING_HERE).text()).toBe("There is nothing at this address.\n");
});
