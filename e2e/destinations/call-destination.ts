import { text } from "node:stream/consumers";
import { z } from "zod";
import { DestinationError } from "@/lib/destinations/adapter";
import { openDestination } from "@/lib/destinations/kinds";
import { ANYWHERE, NO_HURRY } from "./test-copy";

/** One call of a destination, read from standard input and answered there: a journey cannot load the server's own code. */
const copy = z.object({
  ...{ syncId: z.string(), certificateId: z.string(), name: z.string(), certificate: z.string() },
  ...{ chain: z.array(z.string()), privateKey: z.string().nullable(), fingerprint: z.string() },
});
const wanted = z.object({
  ...{ settings: z.record(z.string(), z.string()), credentials: z.record(z.string(), z.string()) },
  call: z.discriminatedUnion("name", [
    z.object({ name: z.literal("test") }),
    z.object({ name: z.literal("push"), copy, remoteId: z.string().nullable() }),
    z.object({ name: z.literal("look"), copy, remoteId: z.string() }),
    z.object({ name: z.literal("remove"), copy, remoteId: z.string() }),
  ]),
});
export type Wanted = z.input<typeof wanted>;

async function answer({ settings, credentials, call }: z.output<typeof wanted>): Promise<unknown> {
  const destination = openDestination({ kind: "cloudflare", settings, credentials }, ANYWHERE);
  switch (call.name) {
    case "test":
      return destination.test(NO_HURRY);
    case "push":
      return destination.push(call.copy, call.remoteId, NO_HURRY);
    case "look":
      return destination.look(call.copy, call.remoteId, NO_HURRY);
    case "remove":
      return destination.remove(call.remoteId, call.copy, NO_HURRY);
  }
}

try {
  const done = await answer(wanted.parse(JSON.parse(await text(process.stdin))));
  process.stdout.write(JSON.stringify({ done: done ?? null }));
} catch (error) {
  if (!(error instanceof DestinationError)) throw error;
  process.stdout.write(JSON.stringify({ failed: { kind: error.kind, message: error.message } }));
}
