import { inspect } from "node:util";
import { DrizzleQueryError } from "drizzle-orm/errors";
import { expect, test } from "vitest";
import { guardConsole } from "@/lib/log";

test("what the console prints of a failed query has its cause and digest, and none of its parameters", () => {
  const printed: string[] = [];
  const print = (...told: unknown[]) => printed.push(told.map((one) => inspect(one, { depth: 9 })).join(" "));
  const sink = { error: print, warn: print };
  guardConsole(sink);
  const failed = new DrizzleQueryError("select $1", ["swordfish"], new Error("the disk is full"));
  sink.error("⨯", Object.assign(failed, { digest: "4161366745" }));
  sink.warn(new Error("while rendering", { cause: failed }));
  sink.error("plain words stay", { kind: "as they are" });
  expect(printed).toHaveLength(3);
  expect(printed.join()).not.toContain("swordfish");
  expect(printed[0]).toMatch(/⨯[\s\S]*4161366745[\s\S]*the disk is full/);
  expect(printed[1]).toContain("the disk is full");
  expect(printed[2]).toBe("'plain words stay' { kind: 'as they are' }");
});
