import type { ErrorCode } from "@/lib/errors";

export type Problem = { code: ErrorCode; message: string; fields?: Record<string, string> };

/** What every server action answers: a value, or a problem that the screen shows as it is. */
export type Result<T> = { ok: true; value: T } | { ok: false; problem: Problem };
