import fc from "fast-check";
import { expect, test } from "vitest";
import { piecesOf, readBody } from "@/lib/http/cloudflare-body";

const LIMIT = 200;
const noHeaders = { get: () => null };

async function* inPieces(octets: Uint8Array, cuts: number[]): AsyncGenerator<Uint8Array> {
  const places = [0, ...cuts.map((cut) => cut % (octets.length + 1)).sort((a, b) => a - b), octets.length];
  for (const [index, from] of places.slice(0, -1).entries()) yield octets.subarray(from, places[index + 1]);
}

const cuts = fc.array(fc.nat(), { maxLength: 5 });

test("a body says the same however it is cut into pieces, and what is no JSON object is refused", async () => {
  const octets = fc.oneof(
    fc.json({ maxDepth: 3 }).map((text) => new TextEncoder().encode(text)),
    fc.uint8Array({ maxLength: 40 }),
  );
  await fc.assert(
    fc.asyncProperty(octets, cuts, async (all, places) => {
      const read = await readBody({ headers: noHeaders, body: inPieces(all, places) }, 10_000);
      expect(read).toEqual(await readBody({ headers: noHeaders, body: inPieces(all, []) }, 10_000));
      if (read.kind === "value") expect(read.value).toEqual(JSON.parse(new TextDecoder().decode(all)));
      else expect(read.failures.map(({ name }) => name)).toEqual(["json"]);
    }),
    { numRuns: 300 },
  );
});

test("a body of exactly the limit is read, and one octet more is not, whether a header says so or not", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: LIMIT - 3, max: LIMIT + 3 }),
      cuts,
      fc.boolean(),
      async (length, places, isSaid) => {
        const body = inPieces(Buffer.from(`{}${" ".repeat(length - 2)}`), places);
        const headers = { get: () => (isSaid ? String(length) : null) };
        const read = await readBody({ headers, body }, LIMIT);
        const tooLarge = { kind: "failed", failures: [{ name: "too_large" }] };
        expect(read).toEqual(length <= LIMIT ? { kind: "value", value: {} } : tooLarge);
      },
    ),
  );
});

test("a body that breaks off is late, and one that is too long is let go of", async () => {
  async function* broken() {
    yield Buffer.from("{");
    throw new Error("aborted");
  }
  const late = { kind: "failed", failures: [{ name: "late" }] };
  expect(await readBody({ headers: noHeaders, body: broken() }, LIMIT)).toEqual(late);
  let isLetGo = false;
  const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => controller.enqueue(Buffer.alloc(64)),
    cancel: () => {
      isLetGo = true;
    },
  });
  const read = await readBody({ headers: noHeaders, body: piecesOf({ body: endless }) }, LIMIT);
  expect(read).toMatchObject({ failures: [{ name: "too_large" }] });
  expect(isLetGo).toBe(true);
});
