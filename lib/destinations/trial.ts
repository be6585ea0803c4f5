import { DestinationError, type Opened, type TestAnswer } from "@/lib/destinations/adapter";
import { makeTrialCopy } from "@/lib/destinations/copy";

type Calls = Pick<Opened, "list" | "push" | "remove">;
type Part = { ok: boolean; sentence: string };

/**
 * Lists, puts a fresh certificate that nothing trusts, and takes it away again. The calls fail with DestinationError
 * alone. It reads the clock itself, for the dates of a certificate that nobody keeps.
 */
export async function tryOut({ list, push, remove }: Calls, signal: AbortSignal): Promise<TestAnswer> {
  const listed = await attempt(() => list(signal), "The list could be read.");
  const trial = await makeTrialCopy(new Date());
  let remoteId: string | null = null;
  const put = await attempt(async () => {
    ({ remoteId } = await push(trial, null, signal));
  }, "A test certificate could be put there.");
  return { list: listed, put, delete: await takeAway(remoteId, (there) => remove(there, trial, signal)) };
}

async function takeAway(remoteId: string | null, remove: (remoteId: string) => Promise<void>): Promise<Part> {
  if (remoteId === null) return { ok: false, sentence: "Not tried, since there was nothing to delete." };
  const gone = await attempt(() => remove(remoteId), "The test certificate could be deleted again.");
  return gone.ok ? gone : { ok: false, sentence: `${gone.sentence} The test certificate is still there: ${remoteId}` };
}

async function attempt(call: () => Promise<void>, worked: string): Promise<Part> {
  try {
    await call();
    return { ok: true, sentence: worked };
  } catch (error) {
    if (error instanceof DestinationError) return { ok: false, sentence: error.message };
    throw error;
  }
}
