import { parseArgs } from "node:util";
import { z } from "zod";
import { ROLES } from "@/lib/accounts/rules";
import { emailInput } from "@/lib/accounts/schema";
import { TOKEN_DAYS_DEFAULT, TOKEN_DAYS_MAX } from "@/lib/tokens/rules";
import { tokenInput } from "@/lib/tokens/schema";
import { isTokenText } from "@/lib/tokens/token-text";

export const USAGE = `Usage: npm run -s token -- create --name NAME --role ${ROLES.join("|")} [--days 1-${TOKEN_DAYS_MAX}] [--from RANGE,…] [--email OWNER]
       npm run -s token -- list [--email OWNER]
       npm run -s token -- revoke ID|TOKEN
A token is somebody's: that member's whose e-mail address is given, else the first product admin's. It never may more than
they may, and ends with their membership. create prints the token and nothing else on standard output, this once.`;

const OPTIONS = {
  name: { type: "string" },
  role: { type: "string" },
  days: { type: "string" },
  from: { type: "string" },
  email: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

const call = z.discriminatedUnion(
  "command",
  [
    tokenInput.extend({ command: z.literal("create"), email: emailInput.nullable() }),
    z.object({ command: z.literal("list"), email: emailInput.nullable() }),
    z.object({
      command: z.literal("revoke"),
      token: z.union([z.uuid(), z.string().refine(isTokenText)], "Name the token by its id, as list shows it."),
    }),
  ],
  "The commands are create, list and revoke.",
);
export type Call = z.output<typeof call>;

/** What the words after `npm run token --` ask for, or what is wrong with them. */
export function readCall(words: string[]): { success: true; data: Call } | { success: false; problem: string } {
  try {
    const { values, positionals } = parseArgs({ args: words, options: OPTIONS, allowPositionals: true });
    const [command, token, ...rest] = positionals;
    if (rest.length > 0 || (token !== undefined && command !== "revoke"))
      return { success: false, problem: `"${rest[0] ?? token}" is one word too many.` };
    const email = values.email ?? null;
    const parsed = call.safeParse(
      command === "create"
        ? {
            command,
            email,
            name: values.name ?? "",
            role: values.role,
            days: daysOf(values.days),
            ranges: rangesOf(values.from),
          }
        : { command, email, token },
    );
    if (parsed.success) return parsed;
    return { success: false, problem: parsed.error.issues[0]?.message ?? "" };
  } catch (error) {
    // An option that there is not, or one without its value: Node says which.
    if (error instanceof TypeError) return { success: false, problem: error.message };
    throw error;
  }
}

function daysOf(typed: string | undefined): number {
  if (typed === undefined) return TOKEN_DAYS_DEFAULT;
  return /^\d{1,4}$/.test(typed) ? Number(typed) : Number.NaN;
}

function rangesOf(typed: string | undefined): string[] {
  return typed === undefined ? [] : typed.split(",");
}
