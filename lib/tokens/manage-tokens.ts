import "server-only";
import { findMember } from "@/lib/accounts/queries";
import { visibleText } from "@/lib/certificates/rules";
import { formatDateTimeUtc, formatDateUtc } from "@/lib/dates/rules";
import { AppError } from "@/lib/errors";
import { type Call, readCall, USAGE } from "@/lib/tokens/command-line";
import { createToken, revokeToken } from "@/lib/tokens/commands";
import { findToken, listTokens } from "@/lib/tokens/queries";

/** As the audit log names whoever has a shell on the server. */
const OPERATOR = { kind: "user", id: null, label: "npm run token" } as const;

/** Lines for standard output and the error output, and the exit code: 0, 1 when refused, 2 when called wrongly. */
type Answer = { code: number; out: string; err: string };
type Asked<Command extends Call["command"]> = Extract<Call, { command: Command }>;

/** For operators without a browser: what `npm run token` does with its words. */
export async function manageTokens(words: string[], now: Date): Promise<Answer> {
  if (words.length === 0 || words.includes("--help") || words.includes("-h")) return said(USAGE);
  const read = readCall(words);
  if (!read.success) return { code: 2, out: "", err: `${read.problem}\n${USAGE}` };
  try {
    return await carryOut(read.data, now);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { code: 1, out: "", err: error.message };
  }
}

function carryOut(asked: Call, now: Date): Promise<Answer> {
  switch (asked.command) {
    case "create":
      return create(asked, now);
    case "list":
      return list(asked, now);
    case "revoke":
      return revoke(asked, now);
  }
}

async function create({ command: _, email, ...asked }: Asked<"create">, now: Date): Promise<Answer> {
  const owner = await ownerOf(email);
  const { token, expiresAt } = await createToken({ ...owner, actor: OPERATOR }, { ...asked, now });
  const until = formatDateTimeUtc(expiresAt);
  return { ...said(token), err: `Created ${asked.name} for ${owner.email} as ${asked.role}; it works until ${until}.` };
}

/** That member's tokens, or without one everybody's of the first account. */
async function list({ email }: Asked<"list">, now: Date): Promise<Answer> {
  const owner = await ownerOf(email);
  const tokens = await listTokens({ ...owner, role: email === null ? "admin" : "viewer" }, now);
  const rows = tokens.map((token) => [
    token.id,
    token.state,
    token.presentRole,
    token.ownerEmail,
    formatDateUtc(token.expiresAt),
    token.lastUsedAt === null ? "never" : formatDateUtc(token.lastUsedAt),
    visibleText(token.name),
  ]);
  const lines = [["id", "state", "role", "owner", "expires", "last used", "name"], ...rows];
  const widthOf = (column: number) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0));
  const text = lines.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widthOf(column)))
      .join("  ")
      .trimEnd(),
  );
  return said(text.join("\n"));
}

async function revoke({ token }: Asked<"revoke">, now: Date): Promise<Answer> {
  const found = await findToken(token);
  if (found === null) throw new AppError("not_found", "There is no such token.");
  const { accountId, id, name } = found;
  // As a product admin of its account may; nobody's own token is meant.
  await revokeToken({ accountId, userId: id, role: "admin", actor: OPERATOR }, { tokenId: id, now });
  return said(`${visibleText(name)} is revoked.`);
}

async function ownerOf(email: string | null) {
  const owner = await findMember(email);
  if (owner !== null) return owner;
  throw new AppError(
    "not_found",
    email === null ? "There is nobody yet: add somebody with npm run user." : `${email} is no active member here.`,
  );
}

function said(out: string): Answer {
  return { code: 0, out, err: "" };
}
