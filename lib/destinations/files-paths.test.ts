import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
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

describe("no path leaves the root", () => {
  test.each(["..", "../x", "a/../../x", "/etc", "a//b", ".hidden", "a/.ssh", "a\\..\\b", "a/b/", "", "a\u0000b"])(
    'as the folder "%s" is refused',
    async (folder) => {
      await expect(async () => open({ folder }).push(await makeCopy(), null, NO_HURRY)).rejects.toThrow(
        "cannot be used",
      );
      expect(readdirSync(root)).toEqual([]);
    },
  );

  test("by a certificate's name", async () => {
    for (const name of ["../../etc/passwd", "..", "/", "a/b", "\u0000"]) {
      const { remoteId } = await open().push({ ...(await makeCopy()), name }, null, NO_HURRY);
      expect(remoteId).toMatch(/^web\/edge\/[a-z0-9-]+$/);
      rmSync(at("web"), { recursive: true });
    }
  });

  test("by a remote id", async () => {
    writeFileSync(path.join(outside, "x.crt"), "kept");
    const elsewhere = `${path.relative(root, outside)}/x`;
    expect((await failureOf(open().remove(elsewhere, await makeCopy(), NO_HURRY))).kind).toBe("missing");
    expect((await failureOf(open().push(await makeCopy(), elsewhere, NO_HURRY))).kind).toBe("missing");
    expect(readdirSync(outside)).toEqual(["x.crt"]);
  });

  test("over a folder that is a link", async () => {
    mkdirSync(at("web"));
    symlinkSync(outside, at("web/edge"));
    const copy = await makeCopy();
    expect((await failureOf(open().push(copy, null, NO_HURRY))).message).toContain("Links are not followed");
    expect((await failureOf(open().look(copy, "web/edge/www-example-test", NO_HURRY))).message).toContain(
      "Links are not",
    );
    expect(readdirSync(outside)).toEqual([]);
  });

  test.each([".crt", ".key", ".pem"])("over a file NAME%s that is a link", async (ending) => {
    const copy = await makeCopy();
    const target = path.join(outside, "target");
    writeFileSync(target, "kept");
    const { remoteId } = await open().push(copy, null, NO_HURRY);
    rmSync(at(`${remoteId}${ending}`));
    symlinkSync(target, at(`${remoteId}${ending}`));
    const calls = [
      () => open().push(copy, remoteId, NO_HURRY),
      () => open().look(copy, remoteId, NO_HURRY),
      () => open().remove(remoteId, copy, NO_HURRY),
    ];
    for (const call of calls) expect((await failureOf(call())).message).toContain("is no plain file");
    expect(readFileSync(target, "utf8")).toBe("kept");
    expect(modeOf(target)).not.toBe(0o600);
  });

  test("over a draft or a mark that is a link", async () => {
    const target = path.join(outside, "target");
    writeFileSync(target, "kept");
    mkdirSync(at("web/edge"), { recursive: true });
    symlinkSync(target, at("web/edge/.www-example-test.key.certsweep-draft"));
    const copy = await makeCopy();
    await open().push(copy, null, NO_HURRY);
    expect(readFileSync(target, "utf8")).toBe("kept");
    rmSync(at("web/edge/.www-example-test.certsweep.json"));
    symlinkSync(target, at("web/edge/.www-example-test.certsweep.json"));
    expect((await failureOf(open().push(copy, null, NO_HURRY))).message).toContain("is no plain file");
    expect(readFileSync(target, "utf8")).toBe("kept");
  });

  test("by the file to touch", async () => {
    const target = path.join(outside, "target");
    writeFileSync(target, "kept");
    utimesSync(target, 1, 1);
    symlinkSync(target, at("reload"));
    expect((await failureOf(open({ touch: "reload" }).push(await makeCopy(), null, NO_HURRY))).message).toContain(
      "no plain file",
    );
    expect(statSync(target).mtimeMs).toBe(1_000);
    await expect(async () => open({ touch: "../reload" }).push(await makeCopy(), null, NO_HURRY)).rejects.toThrow(
      "cannot be used",
    );
  });
});
