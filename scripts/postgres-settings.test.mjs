import { expect, test } from "vitest";
import { postgresSettings } from "./postgres-settings.mjs";

const GB = 2 ** 30;

test.each([
  [GB / 2, "shared_buffers=128MB"],
  [2 * GB, "shared_buffers=256MB"],
  [8 * GB, "shared_buffers=1024MB"],
  [64 * GB, "shared_buffers=1024MB"],
])("with %i bytes of memory PostgreSQL has %s", (memory, expected) => {
  expect(postgresSettings(memory)).toContain(expected);
});

test("what this machine has is asked for", () => {
  const [cache] = postgresSettings();
  expect(Number(/^shared_buffers=(\d+)MB$/.exec(cache)?.[1])).toBeGreaterThanOrEqual(128);
});
