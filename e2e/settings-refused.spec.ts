import { expect, test } from "@playwright/test";
import { CLEANUP_DEFAULTS } from "@/lib/cleanup/rules";
import { sql } from "./database";
import { makeAccount, makePerson, signIn } from "./people";
import { builtActions, callAction, succeed } from "./server-actions";

const SAVE = "lib/cleanup/actions.ts#saveCleanupSettings";
/** What JSON cannot say is written as React's encoding of arguments writes it. */
const NO_NUMBERS = ["7", "", "seven", "$NaN", "$Infinity", "$undefined", "$n7", 1.5, 29.999, 1e10, -1, null, true, [7]];

test("the action refuses every value that is no whole number in its range, and saves nothing", async () => {
  const accountId = await makeAccount();
  const cookie = await signIn((await makePerson(accountId, "admin")).email);
  const action = builtActions().find(({ name }) => name === SAVE);
  if (action === undefined) throw new Error("There is no such action");
  const allowed = { ...CLEANUP_DEFAULTS, enabled: true, seenUpdatedAt: null };
  const refused = [
    ...[...NO_NUMBERS, 0, 31].map((value) => ({ retentionDays: value })),
    ...[...NO_NUMBERS, 1_440].map((value) => ({ dailyAtMinute: value })),
    ...[...NO_NUMBERS, 9, 101].map((value) => ({ brakePercent: value })),
    ...["true", 1, null].flatMap((value) => [{ enabled: value }, { skipSynced: value }]),
  ];
  for (const change of refused) {
    const { status, result } = await callAction(action, { ...allowed, ...change }, { cookie });
    expect([change, status, result]).toMatchObject([change, 200, { ok: false, problem: { code: "invalid_input" } }]);
  }
  expect(await sql()`select from cleanup_settings where account_id = ${accountId}`).toHaveLength(0);
  await succeed(SAVE, allowed, cookie);
  expect(await sql()`select from cleanup_settings where account_id = ${accountId}`).toHaveLength(1);
});
