import { createPrivateKey, X509Certificate } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ANYWHERE, failureOf, makeCopy, NO_HURRY } from "@/e2e/destinations/test-copy";
import { openDestination } from "@/lib/destinations/kinds";

let root: string;
let outside: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), "certsweep-files-"));
  outside = mkdtempSync(path.join(os.tmpdir(), "certsweep-outside-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
  rmSync(outside, { recursive: true, force: true });
});

function open({
  folder = "web/edge",
  touch = "",
  filesRoot = root,
}: {
  folder?: string;
  touch?: string;
  filesRoot?: string | null;
} = {}) {
  return openDestination({ kind: "files", settings: { folder, touch }, credentials: {} }, { ...ANYWHERE, filesRoot });
}

const at = (...names: string[]) => path.join(root, ...names);
const modeOf = (file: string) => statSync(file).mode & 0o777;

describe("a pair of files", () => {
  test("is written with modes that no umask changes, found there, and deleted", async () => {
    const before = process.umask(0o077);
    const copy = await makeCopy({ name: "www.Example.test" });
    const { remoteId } = await open()
      .push(copy, null, NO_HURRY)
      .finally(() => process.umask(before));
    expect(remoteId).toBe("web/edge/www-example-test");
    const [crt, key, pem] = [".crt", ".key", ".pem"].map((ending) => at(`${remoteId}${ending}`));
    if (crt === undefined || key === undefined || pem === undefined) throw new Error("no names");
    expect([crt, key, pem].map(modeOf)).toEqual([0o644, 0o600, 0o600]);
    expect(new X509Certificate(readFileSync(crt)).checkPrivateKey(createPrivateKey(readFileSync(key)))).toBe(true);
    expect(readFileSync(crt, "utf8").match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(readFileSync(pem, "utf8")).toBe(readFileSync(key, "utf8") + readFileSync(crt, "utf8"));
    expect(await open().look(copy, remoteId, NO_HURRY)).toEqual({ state: "present", inUseBy: [] });
    await open().remove(remoteId, copy, NO_HURRY);
    expect(readdirSync(at("web/edge"))).toEqual([]);
    expect(await open().look(copy, remoteId, NO_HURRY)).toEqual({ state: "absent", inUseBy: [] });
    await open().remove(remoteId, copy, NO_HURRY);
  });

  test("without a key is a certificate alone", async () => {
    const copy = { ...(await makeCopy({ isCa: true })), privateKey: null };
    const { remoteId } = await open().push(copy, null, NO_HURRY);
    expect(readdirSync(at("web/edge")).filter((name) => !name.startsWith("."))).toEqual(["www-example-test.crt"]);
    expect(await open().look(copy, remoteId, NO_HURRY)).toMatchObject({ state: "present" });
  });

  test("is replaced whole: whoever has a file open reads the old one to its end", async () => {
    const copy = await makeCopy();
    const { remoteId } = await open().push(copy, null, NO_HURRY);
    const first = lstatSync(at(`${remoteId}.pem`)).ino;
    const renewed = await makeCopy({ syncId: copy.syncId, days: 180 });
    await open().push(renewed, remoteId, NO_HURRY);
    expect(lstatSync(at(`${remoteId}.pem`)).ino).not.toBe(first);
    expect(await open().look(renewed, remoteId, NO_HURRY)).toMatchObject({ state: "present" });
    expect(await open().look(copy, remoteId, NO_HURRY)).toMatchObject({ state: "different" });
  });

  test("that was left half-written is finished by the next try, and can be removed", async () => {
    const copy = await makeCopy();
    const { remoteId } = await open().push(copy, null, NO_HURRY);
    const renewed = await makeCopy({ syncId: copy.syncId, days: 180 });
    // A folder in the way of the last file: key and certificate are new then, and the whole pair is old.
    rmSync(at(`${remoteId}.pem`));
    mkdirSync(at(`${remoteId}.pem`, "in-the-way"), { recursive: true });
    expect((await failureOf(open().push(renewed, remoteId, NO_HURRY))).kind).toBe("rejected");
    rmSync(at(`${remoteId}.pem`), { recursive: true });
    writeFileSync(at("web/edge/.www-example-test.pem.certsweep-draft"), "half");
    await open().push(renewed, remoteId, NO_HURRY);
    expect(await open().look(renewed, remoteId, NO_HURRY)).toMatchObject({ state: "present" });
    expect(readdirSync(at("web/edge")).filter((name) => name.includes("draft"))).toEqual([]);
    await open().remove(remoteId, renewed, NO_HURRY);
    expect(readdirSync(at("web/edge"))).toEqual([]);
  });

  test("that broke off between its files is drift, and is still known as its sync's", async () => {
    const copy = await makeCopy();
    const { remoteId } = await open().push(copy, null, NO_HURRY);
    rmSync(at(`${remoteId}.crt`));
    expect(await open().look(copy, remoteId, NO_HURRY)).toMatchObject({ state: "different" });
    await open().remove(remoteId, copy, NO_HURRY);
    expect(readdirSync(at("web/edge"))).toEqual([]);
  });

  test("whose key everybody can read is drift", async () => {
    const copy = await makeCopy();
    const { remoteId } = await open().push(copy, null, NO_HURRY);
    chmodSync(at(`${remoteId}.key`), 0o644);
    expect(await open().look(copy, remoteId, NO_HURRY)).toMatchObject({ state: "different" });
    await open().push(copy, remoteId, NO_HURRY);
    expect(modeOf(at(`${remoteId}.key`))).toBe(0o600);
  });
});

describe("what is not Certsweep's", () => {
  test("is neither written over nor removed", async () => {
    mkdirSync(at("web/edge"), { recursive: true });
    writeFileSync(at("web/edge/www-example-test.crt"), "somebody's");
    const copy = await makeCopy();
    expect(await failureOf(open().push(copy, null, NO_HURRY))).toMatchObject({
      kind: "rejected",
      message: "web/edge/www-example-test.crt does not belong to this sync, so it was left alone.",
    });
    await open().remove("web/edge/www-example-test", copy, NO_HURRY);
    expect(readdirSync(at("web/edge"))).toEqual(["www-example-test.crt"]);
    expect(readFileSync(at("web/edge/www-example-test.crt"), "utf8")).toBe("somebody's");
  });

  test("stays where somebody changed one file, and the removal says so", async () => {
    const copy = await makeCopy();
    const { remoteId } = await open().push(copy, null, NO_HURRY);
    writeFileSync(at(`${remoteId}.crt`), "changed");
    const failure = await failureOf(open().remove(remoteId, copy, NO_HURRY));
    expect(failure.message).toBe("Somebody changed www-example-test.crt in web/edge, so it was left alone.");
    expect(existsSync(at(`${remoteId}.key`))).toBe(false);
    rmSync(at(`${remoteId}.crt`));
    await open().remove(remoteId, copy, NO_HURRY);
    expect(readdirSync(at("web/edge"))).toEqual([]);
  });

  test("of another sync is only taken over by its renewal", async () => {
    const copy = await makeCopy();
    const { remoteId } = await open().push(copy, null, NO_HURRY);
    expect((await failureOf(open().push(await makeCopy({ days: 30 }), null, NO_HURRY))).kind).toBe("rejected");
    expect(
      (await failureOf(open().push(await makeCopy({ name: "www-example.test", days: 180 }), null, NO_HURRY))).kind,
    ).toBe("rejected");
    const renewal = await makeCopy({ days: 180 });
    expect(await open().push(renewal, null, NO_HURRY)).toEqual({ remoteId });
    await open().remove(remoteId, copy, NO_HURRY);
    expect(await open().look(renewal, remoteId, NO_HURRY)).toMatchObject({ state: "present" });
  });
});

test("the file to touch is made, and gets the time of each change and of nothing else", async () => {
  const copy = await makeCopy();
  const { remoteId } = await open({ touch: "reload/nginx" }).push(copy, null, NO_HURRY);
  utimesSync(at("reload/nginx"), 1, 1);
  await open({ touch: "reload/nginx" }).look(copy, remoteId, NO_HURRY);
  expect(statSync(at("reload/nginx")).mtimeMs).toBe(1_000);
  await open({ touch: "reload/nginx" }).remove(remoteId, copy, NO_HURRY);
  expect(statSync(at("reload/nginx")).mtimeMs).toBeGreaterThan(1_000);
});

test("without a root, or where it does not exist, it says so", async () => {
  expect((await failureOf(open({ filesRoot: null }).push(await makeCopy(), null, NO_HURRY))).message).toContain(
    "CERTSWEEP_FILES_ROOT",
  );
  const answer = await open({ filesRoot: path.join(root, "none") }).test(NO_HURRY);
  expect([answer.list.ok, answer.put.ok, answer.delete.ok]).toEqual([false, false, false]);
  expect(answer.put.sentence).toContain("does not exist");
});

test("a test lists, writes and deletes", async () => {
  const answer = await open().test(NO_HURRY);
  expect([answer.list.ok, answer.put.ok, answer.delete.ok]).toEqual([true, true, true]);
  expect(readdirSync(at("web/edge"))).toEqual([]);
});
