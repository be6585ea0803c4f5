import { z } from "zod";

/** Files in a request, as the upload screen sends them. */
export const FILES_PER_REQUEST = 40;

/** At how many certificates the memory is looked at. */
export const MARKS = [5_000, 20_000] as const;

/** Certificates before the measured ones: code that runs for the first time is slow once in the life of a server. */
export const WARM_UP = 2_000;

/** What one process asks for, as long as it imports: so many files from a number on. */
const order = z.object({ first: z.number(), count: z.number() });
export const madeFiles = z.array(z.object({ name: z.string(), text: z.string() }));

const memory = z.object({
  certificates: z.number(),
  /** Megabytes that are in use after the garbage was collected. */
  heap: z.number(),
  /** The most that the process has had of the machine's memory so far, in megabytes. */
  peak: z.number(),
});

/** What a process found that imported the generated certificates and then, where it is there, the corpus. */
export const importResult = z.object({
  /** Certificates a second of the whole way: reading, deciding, writing. */
  perSecond: z.number(),
  /**
   * Certificates in a second of one processor: of this process and of PostgreSQL's sessions together, whatever else the
   * machine did. Null where the sessions cannot be looked at.
   */
  perProcessorSecond: z.number().nullable(),
  /** The share of PostgreSQL in that time, 0 to 1. */
  databaseShare: z.number().nullable(),
  corpus: z.object({ files: z.number(), certificates: z.number(), perSecond: z.number() }).nullable(),
  /** Milliseconds of a request. */
  median: z.number(),
  p99: z.number(),
  memory: z.array(memory),
});
export type ImportResult = z.infer<typeof importResult>;

export const importMessage = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("order"), order }),
  z.object({ kind: z.literal("result"), result: importResult }),
]);
export type ImportMessage = z.infer<typeof importMessage>;
