import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { newWebhookSecret, signatureOf } from "@/lib/notifications/sign";

type Check = (body: Uint8Array, header: string, secret: string) => boolean;

const documented = z.object({
  isFromCertsweep: z.custom<Check>((value) => typeof value === "function"),
});

let isFromCertsweep: Check;
beforeAll(async () => {
  const text = readFileSync(path.join(import.meta.dirname, "../../docs/notifications.md"), "utf8");
  const [, code = ""] = /```js\n(.*?)```/s.exec(text) ?? [];
  const module: unknown = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  ({ isFromCertsweep } = documented.parse(module));
});

const body = '{"event":"cleanup.failed","account":{"name":"Größe"}}';
const bytes = Buffer.from(body);

test("the check that receivers are told takes what is signed, and nothing else", () => {
  const secret = newWebhookSecret();
  const header = signatureOf(body, secret, new Date());
  expect(isFromCertsweep(bytes, header, secret)).toBe(true);
  expect(isFromCertsweep(bytes, header, newWebhookSecret())).toBe(false);
  expect(isFromCertsweep(Buffer.from(body.replace("failed", "held")), header, secret)).toBe(false);
  for (const wrong of ["", "v1=", "t=1,v1=00", header.slice(0, -2), header.replace(/t=\d/, "t=2")]) {
    expect(isFromCertsweep(bytes, wrong, secret), wrong).toBe(false);
  }
});

test("a message that was caught and is sent again later is refused", () => {
  const secret = newWebhookSecret();
  const minutesAgo = (minutes: number) => signatureOf(body, secret, new Date(Date.now() - minutes * 60_000));
  expect(isFromCertsweep(bytes, minutesAgo(4), secret)).toBe(true);
  expect(isFromCertsweep(bytes, minutesAgo(6), secret)).toBe(false);
});
