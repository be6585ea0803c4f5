import { expect, test } from "vitest";
import { z } from "zod";
import { ANYWHERE, failureOf, makeCopy, NO_HURRY } from "@/e2e/destinations/test-copy";
import { DestinationError, type Opened } from "@/lib/destinations/adapter";
import { defineKind } from "@/lib/destinations/guard";

const SECRET = "s3cr3t-s3cr3t-s3cr3t";

/** A kind whose every call fails with this. */
function failing(error: unknown) {
  const fail = () => Promise.reject(error);
  return defineKind({
    settings: z.object({ place: z.string().min(1, "Enter a place.") }),
    credentials: z.object({ config: z.string() }),
    explain: () => null,
    open: async (): Promise<Opened> => ({ list: fail, push: fail, look: fail, remove: fail }),
  });
}

async function failureWith(error: unknown, config = SECRET) {
  const destination = failing(error).open({ place: "here" }, { config }, ANYWHERE);
  return failureOf(destination.push(await makeCopy(), null, NO_HURRY));
}

test.each([
  ["as it is", SECRET],
  ["in JSON", JSON.stringify({ users: [{ token: SECRET }] })],
  ["in YAML", `users:\n- {token: ${SECRET}}\n- name: x`],
])("a secret %s is not in a sentence, however it came there", async (_, config) => {
  const failure = await failureWith(new DestinationError("rejected", `No ${SECRET}!\nBearer ${SECRET}`, 5), config);
  expect(failure).toMatchObject({ kind: "rejected", message: "No …! Bearer …", retryAfterMs: 5 });
});

test("a sentence is one line of bounded length and ends where a PEM begins", async () => {
  const words = `a\u0000b\u202Ec\r\nd ${"x".repeat(2_000)}`;
  const { message } = await failureWith(new DestinationError("rejected", words));
  expect(message).toMatch(/^a b c d x+…$/);
  expect(message.length).toBeLessThan(700);
  const pem = `Bad key: -----BEGIN ${"PRIVATE"} KEY-----\nMIG`;
  expect((await failureWith(new DestinationError("rejected", pem))).message).toBe("Bad key: …");
});

test("an error that nobody foresaw says nothing of itself", async () => {
  const failure = await failureWith(Object.assign(new Error(`token ${SECRET}`), { request: { headers: SECRET } }));
  expect(failure.kind).toBe("unreachable");
  expect(failure.whole).not.toContain(SECRET);
});

test.each([
  [Object.assign(new Error("x"), { code: "ECONNREFUSED" }), "Nothing listens there."],
  [
    new Error("wrapped", { cause: Object.assign(new Error("x"), { code: "CERT_HAS_EXPIRED" }) }),
    "Its certificate has expired.",
  ],
  [AbortSignal.abort(new DOMException("late", "TimeoutError")).reason, "It did not answer in time."],
])("a failure of the connection is told in words, however deep it lies", async (error, sentence) => {
  expect(await failureWith(error)).toMatchObject({ kind: "unreachable", message: sentence });
});

test("settings that cannot be used are named by field, without their values", () => {
  const open = () => failing(null).open({ place: "" }, { config: SECRET }, ANYWHERE);
  expect(open).toThrow("The destination's settings cannot be used. place: Enter a place.");
  expect(() => failing(null).open({ place: "x" }, { config: 5 }, ANYWHERE)).toThrow(DestinationError);
});
