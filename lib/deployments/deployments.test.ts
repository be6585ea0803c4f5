import { describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificate, insertDeployment, insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { listEventsOf } from "@/lib/audit/queries";
import { addDeployment, removeDeployment } from "@/lib/deployments/commands";
import { listDeployments } from "@/lib/deployments/queries";
import { DEPLOYMENTS_SHOWN } from "@/lib/deployments/rules";
import { newDeployment } from "@/lib/deployments/schema";
import { newId } from "@/lib/ids";
import { judge, removeCertificate } from "@/lib/removal/commands";
import { removeBatch } from "@/lib/removal/engine";

useTestDatabase();

const now = TEST_NOW;
const use = { service: "Load balancer", resource: "lb.example.test:443", note: "east" };
const gone = { code: "not_found", message: "This certificate was deleted in the meantime." };

async function someCertificate() {
  const scope = await insertPerson();
  const { id } = await insertCertificate(scope.accountId);
  return { scope, id };
}

describe("deployments of a certificate", () => {
  test("are listed with who added them and when, and leave an event each", async () => {
    const { scope, id } = await someCertificate();
    const added = await addDeployment(scope, { certificateId: id, ...use }, now);
    const list = await listDeployments(scope, id);
    expect(list).toEqual({
      total: 1,
      deployments: [{ id: added.id, kind: "noted", ...use, addedAt: now, addedByLabel: scope.email, endpoint: null }],
    });
    await removeDeployment(scope, { certificateId: id, deploymentId: added.id }, now);
    expect(await listDeployments(scope, id)).toEqual({ total: 0, deployments: [] });
    const events = await listEventsOf(scope, id, 10);
    expect(events.map(({ action, actorLabel, details }) => ({ action, actorLabel, details }))).toEqual([
      { action: "deployment.removed", actorLabel: scope.email, details: use },
      { action: "deployment.added", actorLabel: scope.email, details: use },
    ]);
  });

  test("block the deletion at once and free it at once", async () => {
    const { scope, id } = await someCertificate();
    const added = await addDeployment(scope, { certificateId: id, ...use }, now);
    expect((await removeCertificate(scope, { id, now })).kind).toBe("blocked");
    expect((await judge(scope, { id, now }))?.blockers.map(({ blocker }) => blocker)).toEqual(["deployed"]);
    await removeDeployment(scope, { certificateId: id, deploymentId: added.id }, now);
    expect((await removeCertificate(scope, { id, now })).kind).toBe("removed");
  });

  test("are refused twice in clear words, and the refusal leaves no event", async () => {
    const { scope, id } = await someCertificate();
    await addDeployment(scope, { certificateId: id, ...use }, now);
    await expect(addDeployment(scope, { certificateId: id, ...use, note: "west" }, now)).rejects.toMatchObject({
      code: "conflict",
      message: "Load balancer at lb.example.test:443 is in the list already.",
    });
    expect(await listEventsOf(scope, id, 10)).toHaveLength(1);
  });

  test("are shown up to a limit, with how many there are", async () => {
    const { scope, id } = await someCertificate();
    const many = Array.from({ length: DEPLOYMENTS_SHOWN + 3 }, () => insertDeployment(scope.accountId, id));
    await Promise.all(many);
    const list = await listDeployments(scope, id);
    expect(list.total).toBe(DEPLOYMENTS_SHOWN + 3);
    expect(list.deployments).toHaveLength(DEPLOYMENTS_SHOWN);
  });
});

describe("a deployment and a deletion at the same moment", () => {
  test("a certificate that went takes no deployment", async () => {
    const { scope, id } = await someCertificate();
    await removeCertificate(scope, { id, now });
    await expect(addDeployment(scope, { certificateId: id, ...use }, now)).rejects.toMatchObject(gone);
    expect(await listEventsOf(scope, id, 10)).toEqual([]);
  });

  test("a deployment that waits for the deletion to commit is told so", async () => {
    const { scope, id } = await someCertificate();
    let waiting: Promise<unknown> = Promise.resolve();
    await database().transaction(async (tx) => {
      await removeBatch(tx, scope, { ids: [id], now, law: { kind: "person" } });
      waiting = addDeployment(scope, { certificateId: id, ...use }, now).catch((error: unknown) => error);
      await new Promise((resolve) => setTimeout(resolve, 150));
    });
    expect(await waiting).toMatchObject(gone);
    expect((await listDeployments(scope, id)).total).toBe(0);
  });
});

describe("another account", () => {
  test("can neither see, add nor remove, and its ids answer as unknown ones", async () => {
    const { scope, id } = await someCertificate();
    const { id: deploymentId } = await addDeployment(scope, { certificateId: id, ...use }, now);
    const stranger = await insertPerson({ role: "admin" });
    expect(await listDeployments(stranger, id)).toEqual({ total: 0, deployments: [] });
    expect(await listEventsOf(stranger, id, 10)).toEqual([]);
    const unknown = await addDeployment(stranger, { certificateId: newId(), ...use }, now).catch((error) => error);
    expect(unknown).toMatchObject(gone);
    await expect(addDeployment(stranger, { certificateId: id, ...use }, now)).rejects.toMatchObject(gone);
    await expect(removeDeployment(stranger, { certificateId: id, deploymentId }, now)).rejects.toMatchObject({
      code: "not_found",
    });
    expect((await listDeployments(scope, id)).total).toBe(1);
  });
});

describe("the form of a deployment", () => {
  const certificateId = newId();
  const errorOf = (fields: object) =>
    newDeployment.safeParse({ certificateId, ...use, ...fields }).error?.issues[0]?.message;

  test.each([
    ["an empty service", { service: "  " }, "Say which service uses the certificate."],
    ["a service that is too long", { service: "a".repeat(101) }, "The service may have 100 characters at most."],
    ["a service of two lines", { service: "a\nb" }, "The service must be one line of text."],
    ["an empty resource", { resource: "" }, "Say which resource uses the certificate, such as host:port or an ARN."],
    ["a resource with NUL", { resource: "a\0b" }, "The resource must be one line of text."],
    ["a note that is too long", { note: "😀".repeat(1001) }, "The note may have 1,000 characters at most."],
    ["a note with NUL", { note: "a\0b" }, "The note must be text."],
    ["a service with half a character", { service: "a\ud83d" }, "The service must be one line of text."],
    ["a resource with half a character", { resource: "\ude00" }, "The resource must be one line of text."],
    ["a note with half a character", { note: "a\ud83d\nb" }, "The note must be text."],
  ])("refuses %s with a sentence", (_, fields, sentence) => {
    expect(errorOf(fields)).toBe(sentence);
  });

  test("takes what is as long as allowed, in characters and not in code units", () => {
    expect(errorOf({ service: "😀".repeat(100), resource: "é".repeat(500), note: "a\n\tb".padEnd(1000, "c") })).toBe(
      undefined,
    );
  });

  test("takes the longest service and resource into the database", async () => {
    const { scope, id } = await someCertificate();
    const longest = { service: "😀".repeat(100), resource: "😀".repeat(500), note: "" };
    await addDeployment(scope, { certificateId: id, ...longest }, now);
    expect((await listDeployments(scope, id)).deployments[0]).toMatchObject(longest);
  });
});
