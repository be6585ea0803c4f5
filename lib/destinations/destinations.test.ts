import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { auditEvents } from "@/drizzle/schema/audit";
import { destinations } from "@/drizzle/schema/use";
import { insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { changeDestination, testDestination } from "@/lib/destinations/commands";
import { openCredentials, sealedCredentials } from "@/lib/destinations/credentials";
import { filledDestination } from "@/lib/destinations/input";
import { listDestinations } from "@/lib/destinations/queries";
import { invalidInput } from "@/lib/http/problem";
import { keyIdOf } from "@/lib/secrets/encrypt";
import { keyRing } from "@/lib/secrets/keys";
import { reseal } from "@/lib/secrets/reseal";
import { addFolder, addPlace, later, makeSynced, useCopies, work } from "@/lib/syncs/test-copies";

useCopies();

const TOKEN = "a-token-that-nobody-may-ever-see";
const CLOUDFLARE = { accountId: "0123456789abcdef0123456789abcdef", baseUrl: "", apiToken: TOKEN };

async function makePlace() {
  const admin = await insertPerson({ role: "admin" });
  const { id } = await addPlace(admin, { name: "Edge", kind: "cloudflare", fields: CLOUDFLARE });
  return { admin, id };
}

async function rowOf(id: string) {
  const [row] = await database().select().from(destinations).where(eq(destinations.id, id));
  if (row === undefined) throw new Error("there is no such row");
  return row;
}

describe("the credentials of a destination", () => {
  test("are sealed to their row and never told", async () => {
    const { admin, id } = await makePlace();
    const row = await rowOf(id);
    expect(JSON.stringify(row)).not.toContain(TOKEN);
    expect(JSON.stringify(await listDestinations(admin))).not.toContain(TOKEN);
    expect(JSON.stringify(await database().select().from(auditEvents))).not.toContain(TOKEN);
    expect(openCredentials(id, row)).toEqual({ apiToken: TOKEN });
    expect(() => openCredentials(admin.accountId, row)).toThrow("changed after it was encrypted");
  });

  test("stay when they are left empty, and are replaced when they are not", async () => {
    const { admin, id } = await makePlace();
    const changed = { destinationId: id, name: "Edge 2", fields: { ...CLOUDFLARE, apiToken: "" } };
    await changeDestination(admin, changed, TEST_NOW);
    expect(openCredentials(id, await rowOf(id))).toEqual({ apiToken: TOKEN });
    await changeDestination(
      admin,
      { ...changed, fields: { ...CLOUDFLARE, apiToken: "another-token-of-some-length" } },
      TEST_NOW,
    );
    expect(openCredentials(id, await rowOf(id))).toEqual({ apiToken: "another-token-of-some-length" });
    expect((await rowOf(id)).name).toBe("Edge 2");
  });

  test("are sealed again when the encryption key is changed", async () => {
    const { id } = await makePlace();
    const next = randomBytes(32);
    await reseal(sealedCredentials, [next, ...keyRing()]);
    const row = await rowOf(id);
    expect(row.credentialsKeyId).toBe(keyIdOf(next));
    expect(() => openCredentials(id, row)).toThrow("A secret was encrypted with key");
    await reseal(sealedCredentials, [...keyRing(), next]);
    expect(openCredentials(id, await rowOf(id))).toEqual({ apiToken: TOKEN });
  });
});

describe("a destination", () => {
  test("that is filled in badly is refused, each sentence at its field", () => {
    const read = filledDestination.safeParse({ name: " ", kind: "key_vault", fields: { vaultUrl: "x" } });
    expect(
      invalidInput(
        read.error ??
          (() => {
            throw new Error("it was taken");
          })(),
      ).fields,
    ).toMatchObject({ name: "Give the destination a name." });
    const other = filledDestination.safeParse({ name: "Vault", kind: "key_vault", fields: { vaultUrl: "x" } });
    expect(other.error?.issues.map((issue) => issue.path.join(".")).sort()).toEqual(
      expect.arrayContaining(["fields.clientSecret", "fields.tenantId", "fields.vaultUrl"]),
    );
  });

  test("has a name of its own", async () => {
    const { admin, id } = await makePlace();
    await expect(addFolder(admin, "web", "Edge")).rejects.toThrow("There is a destination called Edge already.");
    const folder = await addFolder(admin, "web", "Other");
    const change = { destinationId: folder, name: "Edge", fields: { folder: "web" } };
    await expect(changeDestination(admin, change, TEST_NOW)).rejects.toThrow(
      "There is a destination called Edge already.",
    );
    expect((await rowOf(id)).name).toBe("Edge");
  });

  test("is tested: what could be done and what could not is kept with the time, until it is changed", async () => {
    const admin = await insertPerson({ role: "admin" });
    const id = await addFolder(admin, `t${admin.accountId.slice(-12)}`);
    const answer = await testDestination(admin, { destinationId: id, clock: () => TEST_NOW });
    expect([answer.list.ok, answer.put.ok, answer.delete.ok]).toEqual([true, true, true]);
    expect(await listDestinations(admin)).toMatchObject([{ tested: { at: TEST_NOW, answer } }]);
    await changeDestination(admin, { destinationId: id, name: "Other", fields: { folder: "elsewhere" } }, TEST_NOW);
    expect(await listDestinations(admin)).toMatchObject([{ name: "Other", tested: null }]);
  });

  test("says how its copies are", async () => {
    const { admin } = await makeSynced();
    expect(await listDestinations(admin)).toMatchObject([{ syncs: { total: 1, pending: 1, active: 0, failed: 0 } }]);
    await work(later(1));
    expect(await listDestinations(admin)).toMatchObject([{ syncs: { total: 1, active: 1 }, oldestError: null }]);
  });
});
