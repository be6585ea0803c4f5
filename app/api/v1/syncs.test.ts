import { expect, test } from "vitest";
import { addFolder, filesIn, upload, useCopies, work } from "@/lib/syncs/test-copies";
import { call, makeCaller } from "./test-client";

const { root } = useCopies();

test("a program has a certificate copied, sees how it went, has it pushed and looked at again, and ends it", async () => {
  const { token, scope } = await makeCaller();
  const folder = `a${scope.accountId.slice(-12)}`;
  const id = await upload(scope, { name: "api.test" });
  const destination_id = await addFolder(scope, folder);
  const line = `/certificates/${id}/syncs`;
  const places = await call("GET /destinations", { token });
  expect(places.json).toEqual({
    destinations: [{ id: destination_id, name: folder, kind: "files", takes_bare: true }],
  });

  const added = await call(`POST ${line}`, { token, body: { destination_id } });
  expect([added.status, added.headers.get("location")]).toEqual([201, `/api/v1${line}`]);
  const listed = async () => (await call(`GET ${line}`, { token })).json.syncs;
  expect(await listed()).toMatchObject([{ id: added.json.id, state: "pending", is_active: true, pushed_at: null }]);
  const again = await call(`POST ${line}`, { token, body: { destination_id } });
  expect([again.status, again.json.type]).toEqual([409, "/docs/api#conflict"]);
  await work(new Date());
  expect(await listed()).toMatchObject([
    { state: "active", remote_id: `${folder}/api-test`, error: null, kind: "files" },
  ]);

  const one = `${line}/${added.json.id}`;
  for (const what of ["push", "check"]) {
    expect((await call(`POST ${one}/${what}`, { token })).status, what).toBe(202);
    await work(new Date());
  }
  expect((await call(`DELETE ${one}`, { token })).status).toBe(400);
  expect((await call(`DELETE ${one}?copy=remove`, { token })).status).toBe(202);
  expect(await listed()).toMatchObject([{ state: "removing", is_active: true }]);
  await work(new Date());
  expect(await listed()).toMatchObject([{ state: "removed", is_active: false, remote_id: null }]);
  expect(filesIn(root, folder)).toEqual([]);
  expect((await call(`DELETE ${one}?copy=leave`, { token })).status).toBe(200);
  expect(await listed()).toEqual([]);
});
