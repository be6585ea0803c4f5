import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { idempotencyKeys } from "@/drizzle/schema/idempotency-keys";
import { deployments } from "@/drizzle/schema/use";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificate } from "@/drizzle/test-rows";
import { generateCertificate } from "@/lib/certificates/generate";
import { DAY_MS } from "@/lib/certificates/rules";
import { CLAIM_LIMIT_SECONDS, IDEMPOTENCY_HOURS } from "@/lib/idempotency/rules";
import { call, makeCaller } from "./test-client";

useTestDatabase();

async function makeBody() {
  const [notBefore, notAfter] = [new Date(Date.now() - DAY_MS), new Date(Date.now() + 60 * DAY_MS)];
  return { certificate: (await generateCertificate({ subjectCommonName: "once.test", notBefore, notAfter })).pem };
}

const keyed = (key: string) => ({ headers: { "idempotency-key": key } });
const age = (seconds: number) =>
  database()
    .update(idempotencyKeys)
    .set({ claimedAt: new Date(Date.now() - seconds * 1_000) });

test("the same request again is told the same, and does nothing", async () => {
  const { token } = await makeCaller();
  const body = await makeBody();
  const first = await call("POST /certificates", { token, body, ...keyed("one") });
  const again = await call("POST /certificates", { token, body, ...keyed("one") });
  expect([first.status, again.status, again.text]).toEqual([201, 201, first.text]);
  expect(again.headers.get("location")).toBe(first.headers.get("location"));
  expect([first, again].map(({ headers }) => headers.get("idempotency-replayed"))).toEqual([null, "true"]);
  const other = await call("POST /certificates", { token, body, ...keyed("two") });
  expect(other.status).toBe(200);
});

test("another request with the key is refused, at another address too", async () => {
  const { token, accountId } = await makeCaller();
  const { id } = await insertCertificate(accountId);
  const line = `POST /certificates/${id}/deployments`;
  const body = { service: "Edge", resource: "a:443" };
  expect((await call(line, { token, body, ...keyed("one") })).status).toBe(201);
  for (const [address, sent] of [
    [line, { ...body, resource: "b:443" }],
    ["POST /certificates", body],
  ] as const) {
    const { status, json } = await call(address, { token, body: sent, ...keyed("one") });
    expect([status, json.type]).toEqual([422, "/docs/api#idempotency-key-reused"]);
  }
  expect(await database().$count(deployments, eq(deployments.accountId, accountId))).toBe(1);
});

test("of twenty at once one is carried out; the others are told its answer or to come again", async () => {
  const { token, accountId } = await makeCaller();
  const body = await makeBody();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => call("POST /certificates", { token, body, ...keyed("one") })),
  );
  const done = answers.filter(({ status }) => status === 201);
  const going = answers.filter(({ json }) => json.type === "/docs/api#idempotency-in-progress");
  expect(done.filter(({ headers }) => headers.get("idempotency-replayed") === null)).toHaveLength(1);
  expect(done.length + going.length).toBe(20);
  expect(going.every(({ headers }) => headers.get("retry-after") === "1")).toBe(true);
  expect(await database().$count(certificates, eq(certificates.accountId, accountId))).toBe(1);
});

test("a refusal is kept too, and the key of one token is nothing to another", async () => {
  const { token, accountId } = await makeCaller();
  const other = await makeCaller({ accountId });
  const refused = await call("POST /certificates", { token, body: { certificate: "x" }, ...keyed("one") });
  expect(refused.status).toBe(422);
  const again = await call("POST /certificates", { token, body: { certificate: "x" }, ...keyed("one") });
  expect(again.text).toBe(refused.text);
  const created = await call("POST /certificates", { token: other.token, body: await makeBody(), ...keyed("one") });
  expect(created.status).toBe(201);
});

test("a key whose server was lost is taken over after a while, by the same request alone", async () => {
  const { token } = await makeCaller();
  const body = await makeBody();
  await call("POST /certificates", { token, body, ...keyed("one") });
  await database().update(idempotencyKeys).set({ status: null, body: null });
  const answer = async (sent: unknown) =>
    (await call("POST /certificates", { token, body: sent, ...keyed("one") })).status;
  expect(await answer(body)).toBe(409);
  await age(CLAIM_LIMIT_SECONDS - 5);
  expect(await answer(body)).toBe(409);
  await age(CLAIM_LIMIT_SECONDS + 1);
  expect(await answer({ certificate: "x" })).toBe(422);
  expect(await answer(body)).toBe(200);
});

test("after a day the key is free, and what is too old goes with whatever request comes next", async () => {
  const { token } = await makeCaller();
  await call("POST /certificates", { token, body: await makeBody(), ...keyed("one") });
  await age(IDEMPOTENCY_HOURS * 3_600 - 60);
  const body = await makeBody();
  expect((await call("POST /certificates", { token, body, ...keyed("one") })).status).toBe(422);
  await age(IDEMPOTENCY_HOURS * 3_600 + 1);
  expect((await call("POST /certificates", { token, body, ...keyed("one") })).status).toBe(201);
  await age(IDEMPOTENCY_HOURS * 3_600 + 1);
  await call("POST /certificates", { token, body, ...keyed("two") });
  expect(await database().select({ key: idempotencyKeys.key }).from(idempotencyKeys)).toEqual([{ key: "two" }]);
});

test.each(["", "a b", "x".repeat(256), "ä"])("the key “%s” is refused", async (key) => {
  const { token } = await makeCaller();
  const { status, json } = await call("POST /certificates", { token, body: {}, ...keyed(key) });
  expect([status, json.type]).toEqual([400, "/docs/api#invalid-request"]);
});
