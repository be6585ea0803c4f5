import { parseArgs } from "node:util";
import { z } from "zod";

const benchArguments = z.object({
  /** Certificates in the inventory. */
  size: z.coerce.number().int().min(1_000).max(10_000_000).default(100_000),
  rounds: z.coerce.number().int().min(1).max(50).default(3),
});
export type BenchArguments = z.infer<typeof benchArguments>;

/** What stands behind the benchmark's name on the command line: `--size 1000000 --rounds 5`. Throws a ZodError. */
export function readArguments(words = process.argv.slice(2)): BenchArguments {
  const options = { size: { type: "string" }, rounds: { type: "string" } } as const;
  const { values } = parseArgs({ args: words, options, strict: false });
  return benchArguments.parse(values);
}
