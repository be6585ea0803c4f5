import "server-only";
import { randomUUID } from "node:crypto";
import type { NextRequest } from "next/server";
import type { z } from "zod";
import { admitBearer } from "@/lib/auth/gate";
import type { Permission } from "@/lib/auth/rules";
import type { PersonScope } from "@/lib/auth/scope";
import { FORBIDDEN, HTTP_STATUS, invalidInput, isNextSignal, problemOf, SIGNED_OUT } from "@/lib/http/problem";
import type { Problem } from "@/lib/http/result";

type Context = { params: Promise<Record<string, string>> };
export type BrowserHandler = (request: NextRequest, context: Context) => Promise<Response>;

/**
 * Makes a GET route for our own browser code: who may, what shape (path parameters and query string in one object), then
 * one call that answers with a Response or with a value, which becomes JSON. Nothing but the request is asked of Next, since
 * the request may have come past it (docs/decisions/0037).
 */
export function route<Schema extends z.ZodType>(
  declaration: { can: Permission; input: Schema },
  answer: (call: { input: z.output<Schema>; now: Date; requestId: string; scope: PersonScope }) => Promise<unknown>,
): BrowserHandler {
  return async (request, context) => {
    const now = new Date();
    // As proxy.ts has put it there.
    const requestId = request.headers.get("x-request-id") ?? randomUUID();
    try {
      const admission = await admitBearer(request.cookies, declaration.can, now);
      if (admission.kind === "nobody") return refuse(SIGNED_OUT);
      if (admission.kind === "refused") return refuse(FORBIDDEN);
      const raw = { ...Object.fromEntries(request.nextUrl.searchParams), ...(await context.params) };
      const parsed = declaration.input.safeParse(raw);
      if (!parsed.success) return refuse(invalidInput(parsed.error));
      const value = await answer({ input: parsed.data, now, requestId, scope: admission.scope });
      return value instanceof Response ? value : Response.json(value, { headers: { "cache-control": "no-store" } });
    } catch (error) {
      if (isNextSignal(error)) throw error;
      return refuse(problemOf(error, requestId));
    }
  };
}

function refuse(problem: Problem): Response {
  return Response.json({ problem }, { status: HTTP_STATUS[problem.code], headers: { "cache-control": "no-store" } });
}
