import { Client } from "pg";
import { z } from "zod";

/** `name` of one that its session plans once. */
export type Statement = { text: string; values: unknown[]; name: string | undefined };

const query = z.object({ text: z.string(), values: z.array(z.unknown()).optional(), name: z.string().optional() });

/** What a piece of the product asks of the database, written down while it does so. */
export async function statementsOf(work: () => Promise<unknown>): Promise<Statement[]> {
  const noted: Statement[] = [];
  const original = Client.prototype.query;
  const noting = new Proxy(original, {
    apply: (target, session, args: unknown[]) => {
      const [first, second] = args;
      const asked =
        typeof first === "string" ? { text: first, values: undefined, name: undefined } : query.safeParse(first).data;
      if (asked !== undefined) {
        const values = Array.isArray(second) ? second : (asked.values ?? []);
        noted.push({ text: asked.text, values, name: asked.name });
      }
      return Reflect.apply(target, session, args);
    },
  });
  Client.prototype.query = noting;
  try {
    await work();
  } finally {
    Client.prototype.query = original;
  }
  return noted;
}
