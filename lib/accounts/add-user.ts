import "server-only";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { asc } from "drizzle-orm";
import { z } from "zod";
import { closeDatabase, database, type Executor } from "@/drizzle/client";
import { accounts, memberships, users } from "@/drizzle/schema/accounts";
import { holdFirstRun, isSetUp, makeFirstAdmin } from "@/lib/accounts/first-run";
import { ROLES, type Role } from "@/lib/accounts/rules";
import { emailInput } from "@/lib/accounts/schema";
import { recordAudit } from "@/lib/audit/commands";
import { hashPassword, passwordProblem } from "@/lib/auth/passwords";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";

const USAGE = `Usage: npm run user -- add EMAIL --role ${ROLES.join("|")}
The password is read from standard input, its first line.`;

const call = z.object({
  command: z.literal("add", "The only command is add."),
  email: emailInput,
  role: z.enum(ROLES, `The role is one of ${ROLES.join(", ")}.`),
});

/** For operators without a browser: the program behind `npm run user`. Ends with 0, 1 when refused, 2 when called wrongly. */
async function main(words: string[], now: Date): Promise<number> {
  const parsed = readCall(words);
  if (parsed === null) return say(process.stdout, USAGE, 0);
  if (!parsed.success) return say(process.stderr, `${parsed.error.issues[0]?.message ?? ""}\n${USAGE}`, 2);
  const { email, role } = parsed.data;
  try {
    await addPerson({ email, role, password: await readPassword(), now });
    return say(process.stdout, `Added ${email} as ${role}.`, 0);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return say(process.stderr, error.message, 1);
  } finally {
    await closeDatabase();
  }
}

function readCall(words: string[]) {
  const options = { role: { type: "string" }, help: { type: "boolean", short: "h" } } as const;
  const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true, strict: false });
  if (values.help === true || (words.length === 0 && positionals.length === 0)) return null;
  const [command, email, ...rest] = positionals;
  return call.safeParse({
    command,
    email: rest.length === 0 ? email : positionals.slice(1).join(" "),
    role: values.role,
  });
}

/** One person with a password. The first one of an empty database has to be a product admin and gets an account. */
async function addPerson(person: { email: string; role: Role; password: string; now: Date }): Promise<void> {
  const { email, role, password, now } = person;
  if (!(await isSetUp())) {
    if (role !== "admin")
      throw new AppError("conflict", "The first person has to be a product admin: use --role admin.");
    await makeFirstAdmin({ email, password }, now);
    return;
  }
  const problem = passwordProblem(password, email);
  if (problem !== null) throw new AppError("invalid_input", problem);
  const passwordHash = await hashPassword(password);
  await database().transaction(async (transaction) => {
    await holdFirstRun(transaction);
    const accountId = await firstAccount(transaction);
    const userId = newId();
    const made = await transaction
      .insert(users)
      .values({ id: userId, email, passwordHash, createdAt: now })
      .onConflictDoNothing()
      .returning({ id: users.id });
    if (made.length === 0)
      throw new AppError("conflict", `${email} exists already. Change the role in Settings → Members.`);
    await transaction.insert(memberships).values({ accountId, userId, role, createdAt: now });
    const by = { accountId, actor: { kind: "user", id: null, label: "npm run user" } } as const;
    const details = { email, role, by: "command line" };
    await recordAudit(transaction, by, { now, action: "member.joined", subjectId: userId, details });
  });
}

async function firstAccount(executor: Executor): Promise<string> {
  const [account] = await executor
    .select({ id: accounts.id })
    .from(accounts)
    .orderBy(asc(accounts.createdAt), asc(accounts.id))
    .limit(1);
  if (account === undefined)
    throw new AppError("conflict", "There are people but no account: the database is damaged.");
  return account.id;
}

async function readPassword(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write("Password (it will be visible): ");
  const lines = createInterface({ input: process.stdin, terminal: false });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  throw new AppError("invalid_input", "No password came on standard input.");
}

function say(stream: NodeJS.WriteStream, text: string, code: number): number {
  stream.write(`${text}\n`);
  return code;
}

process.exitCode = await main(process.argv.slice(2), new Date());
