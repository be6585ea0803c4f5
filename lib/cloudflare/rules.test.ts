import { expect, test } from "vitest";
import { FAILURES } from "@/lib/cloudflare/rules";
import { REFUSALS } from "../../scripts/http-server.mjs";

test("every failure has a code of its own, and the launcher's refusals are among them", () => {
  const codes = Object.values(FAILURES).map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  for (const { code } of Object.values(REFUSALS)) expect(codes).toContain(code);
});
