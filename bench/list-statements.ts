import { Client } from "pg";
import { z } from "zod";

export type Statement = { text: string; values: unknown[] };

const query = z.object({ text: z.string() });

/** What a piece of the product asks of the database, written down while it does so. */
export async function statementsOf(work: () => Promise<unknown>): Promise<Statement[]> {
  const noted: Statement[] = [];
  const original = Client.prototype.query;
  const noting = new Proxy(original, {
    apply: (target, session, args: unknown[]) => {
      const [first, second] = args;
      const asked = typeof first === "string" ? { text: first } : query.safeParse(first).data;
      if (asked !== undefined) noted.push({ text: asked.text, values: Array.isArray(second) ? second : [] });
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
