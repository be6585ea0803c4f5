import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { setting } from "./database";
import type { Cookie } from "./people";

const manifest = z.object({
  node: z.record(
    z.string(),
    z.object({ workers: z.record(z.string(), z.unknown()), filename: z.string(), exportedName: z.string() }),
  ),
});

type BuiltAction = { id: string; name: string; page: string };

/** Every server action of the build: "file#export", its id, and a page that takes it. */
export function builtActions(): BuiltAction[] {
  const file = path.join(import.meta.dirname, "../.next/server/server-reference-manifest.json");
  const { node } = manifest.parse(JSON.parse(readFileSync(file, "utf8")));
  return Object.entries(node).map(([id, { workers, filename, exportedName }]) => {
    const [worker = ""] = Object.keys(workers);
    return { id, name: `${filename}#${exportedName}`, page: addressOf(worker) };
  });
}

/** "app/(console)/certificates/[id]/page" is served at /certificates/anything. */
function addressOf(worker: string): string {
  const parts = worker.split("/").slice(1, -1);
  return `/${parts
    .filter((part) => !part.startsWith("("))
    .map((part) => (part.startsWith("[") ? "0" : part))
    .join("/")}`;
}

const result = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), problem: z.object({ code: z.string(), message: z.string() }) }),
]);
type ActionAnswer = { status: number; result: z.infer<typeof result> | null };

/**
 * Calls a server action as anybody on the network can: a POST with the action's id and its one argument in the encoding
 * of React's replies. `result` is null when no action answered.
 */
export async function callAction(
  action: BuiltAction,
  input: unknown,
  { cookie, origin, base = setting("E2E_URL") }: { cookie: Cookie | null; origin?: string; base?: string },
): Promise<ActionAnswer> {
  const answer = await fetch(`${base}${action.page}`, {
    method: "POST",
    redirect: "manual",
    headers: {
      "next-action": action.id,
      accept: "text/x-component",
      ...(input instanceof FormData ? {} : { "content-type": "text/plain;charset=UTF-8" }),
      ...(cookie === null ? {} : { cookie: `${cookie.name}=${cookie.value}` }),
      ...(origin === undefined ? {} : { origin }),
    },
    body: input instanceof FormData ? formReply(input) : JSON.stringify([input]),
  });
  return { status: answer.status, result: readResult(await answer.text()) };
}

/** Calls the action of this name; throws unless it succeeded. */
export async function succeed(
  name: string,
  input: unknown,
  cookie: Cookie,
  base = setting("E2E_URL"),
): Promise<unknown> {
  const action = builtActions().find((candidate) => candidate.name === name);
  if (action === undefined) throw new Error(`There is no action ${name}`);
  const answer = await callAction(action, input, { cookie, base });
  if (answer.result?.ok !== true) throw new Error(`${name} failed: ${JSON.stringify(answer)}`);
  return answer.result.value;
}

/** A form as the only argument: its fields with a prefix, and an argument list that refers to them. */
function formReply(form: FormData): FormData {
  const reply = new FormData();
  for (const [name, value] of form) {
    if (typeof value === "string") reply.append(`_1_${name}`, value);
    else reply.append(`_1_${name}`, value, value.name);
  }
  reply.append("0", '["$K1"]');
  return reply;
}

/** Lines "id:json"; the first one names the line that holds what the action returned. */
function readResult(text: string): ActionAnswer["result"] {
  const lines = new Map(text.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line] as const));
  const jsonOf = (id: string): unknown => {
    const line = lines.get(id) ?? "";
    const json = line.slice(line.indexOf(":") + 1);
    return /^[[{]/.test(json) ? JSON.parse(json) : null;
  };
  const root = z.object({ a: z.string().regex(/^\$@/) }).safeParse(jsonOf("0"));
  return root.success ? (result.safeParse(jsonOf(root.data.a.slice(2))).data ?? null) : null;
}
