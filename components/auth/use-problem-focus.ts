"use client";

import { useEffect } from "react";

/** The password field of the forms before one is signed in. */
export const PASSWORD_FIELD = "password";

/** After an attempt that came to a `problem`, the focus is on the password, which has to be typed again anyway. */
export function useProblemFocus(attempt: { problem: string | null; attempts: number }): void {
  useEffect(() => {
    if (attempt.problem !== null && attempt.attempts > 0) document.getElementById(PASSWORD_FIELD)?.focus();
  }, [attempt]);
}
