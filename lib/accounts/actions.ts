"use server";

import { setUp } from "@/lib/accounts/first-run";
import { setUpInput } from "@/lib/accounts/schema";
import { openAction } from "@/lib/http/action";

/** Makes the first product admin. The browser signs in with the same words afterwards. */
export const createProductAdmin = openAction({ input: setUpInput }, async ({ input, now }) => {
  const { email } = await setUp(input, now);
  return { email };
});
