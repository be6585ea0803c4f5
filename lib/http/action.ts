import "server-only";
import type { z } from "zod";
import { admit } from "@/lib/auth/gate";
import type { Permission } from "@/lib/auth/rules";
import type { PersonScope } from "@/lib/auth/scope";
import { FORBIDDEN, invalidInput, isNextSignal, problemOf, SIGNED_OUT } from "@/lib/http/problem";
import { requestIdOf } from "@/lib/http/request";
import type { Result } from "@/lib/http/result";

type Call<Input> = { input: Input; now: Date; requestId: string };

/**
 * Makes a server action: who may, what shape, then one call. Server actions are public POST endpoints, so the gate is
 * asked with every call. Expected failures come back as problems; nothing is thrown at the browser.
 */
export function action<Schema extends z.ZodType, Value>(
  declaration: { can: Permission; input: Schema },
  answer: (call: Call<z.output<Schema>> & { scope: PersonScope }) => Promise<Value>,
): (raw: z.input<Schema>) => Promise<Result<Value>> {
  return async (raw) => {
    const now = new Date();
    const requestId = await requestIdOf();
    return settle(requestId, async () => {
      const admission = await admit(declaration.can, now);
      if (admission.kind === "nobody") return { ok: false, problem: SIGNED_OUT };
      if (admission.kind === "refused") return { ok: false, problem: FORBIDDEN };
      const parsed = declaration.input.safeParse(raw);
      if (!parsed.success) return { ok: false, problem: invalidInput(parsed.error) };
      const value = await answer({ input: parsed.data, now, requestId, scope: admission.scope });
      return { ok: true, value };
    });
  };
}

/** A server action for people who are not signed in yet: its input carries a one-time token, which its command checks. */
export function openAction<Schema extends z.ZodType, Value>(
  declaration: { input: Schema },
  answer: (call: Call<z.output<Schema>>) => Promise<Value>,
): (raw: z.input<Schema>) => Promise<Result<Value>> {
  return async (raw) => {
    const now = new Date();
    const requestId = await requestIdOf();
    return settle(requestId, async () => {
      const parsed = declaration.input.safeParse(raw);
      if (!parsed.success) return { ok: false, problem: invalidInput(parsed.error) };
      return { ok: true, value: await answer({ input: parsed.data, now, requestId }) };
    });
  };
}

async function settle<Value>(requestId: string, work: () => Promise<Result<Value>>): Promise<Result<Value>> {
  try {
    return await work();
  } catch (error) {
    if (isNextSignal(error)) throw error;
    return { ok: false, problem: problemOf(error, requestId) };
  }
}
