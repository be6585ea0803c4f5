import { z } from "zod";
import { answerDataRequest } from "@/app/api/data-routes";
import { answerPlainRequest } from "@/app/client/v4/routes";
import { isSetUp, makeFirstAdmin, makeSetupToken } from "@/lib/accounts/first-run";
import { INVITATION_HOURS } from "@/lib/accounts/rules";
import { emailInput } from "@/lib/accounts/schema";
import { forgetOldFailures } from "@/lib/auth/throttle";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { startWorker } from "@/lib/jobs/worker";
import { guardConsole } from "@/lib/log";

/** The launcher waits here for how the start went (scripts/serve.mjs): Next itself would go on after a failed one. */
const launcher = z.object({
  resolve: z.custom<() => void>((value) => typeof value === "function"),
  reject: z.custom<(error: unknown) => void>((value) => typeof value === "function"),
});

/** What has to happen before the first request. A failure keeps the server from starting, with a clear sentence. */
export async function startServer(now: Date): Promise<void> {
  const waiting = launcher.safeParse(Reflect.get(globalThis, Symbol.for("certsweep.started")));
  try {
    // In development the errors of pages are for whoever writes them.
    if (process.env.NODE_ENV === "production") guardConsole(console);
    const settings = env();
    await forgetOldFailures(now);
    await prepareFirstRun(settings, now);
    startWorker();
    // The launcher asks here before it asks Next. In development Next alone knows the present code.
    if (process.env.NODE_ENV === "production") Reflect.set(globalThis, Symbol.for("certsweep.direct"), answerPastNext);
    if (waiting.success) waiting.data.resolve();
  } catch (error) {
    if (!waiting.success) throw error;
    waiting.data.reject(error);
  }
}

const answerPastNext: typeof answerPlainRequest = (request, response) =>
  answerPlainRequest(request, response) || answerDataRequest(request, response);

async function prepareFirstRun(settings: ReturnType<typeof env>, now: Date): Promise<void> {
  if (await isSetUp()) return;
  const { CERTSWEEP_ADMIN_EMAIL: email, CERTSWEEP_ADMIN_PASSWORD: password } = settings;
  if (email === undefined || password === undefined) {
    const token = await makeSetupToken(now);
    const url = new URL(`/setup?token=${token}`, settings.CERTSWEEP_URL);
    process.stdout.write(`Set up Certsweep: ${url.href}\n(The link works once, within ${INVITATION_HOURS} hours.)\n`);
    return;
  }
  const address = emailInput.safeParse(email);
  if (!address.success) throw new AppError("invalid_input", "CERTSWEEP_ADMIN_EMAIL is not an e-mail address.");
  await makeAdminOnce({ email: address.data, password }, now);
  process.stdout.write(`Made the first product admin, ${address.data}.\n`);
}

async function makeAdminOnce(credentials: { email: string; password: string }, now: Date): Promise<void> {
  try {
    await makeFirstAdmin(credentials, now);
  } catch (error) {
    // Another server that starts at the same moment was first: the person is there, as asked.
    if (error instanceof AppError && error.code === "conflict") return;
    if (!(error instanceof AppError)) throw error;
    throw new AppError("invalid_input", `CERTSWEEP_ADMIN_PASSWORD cannot be used. ${error.message}`, { cause: error });
  }
}
