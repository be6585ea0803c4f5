import { z } from "zod";
import { EMAIL_LIMIT, ROLES } from "@/lib/accounts/rules";

/** An e-mail address as people type it; it leaves trimmed and in lower case, which is the person's identity. */
export const emailInput = z
  .string()
  .trim()
  .toLowerCase()
  .min(1, "Enter an e-mail address.")
  .max(EMAIL_LIMIT, `An e-mail address has at most ${EMAIL_LIMIT} characters.`)
  .pipe(z.email("Enter an e-mail address like name@example.com."));

/** A new password; its rule is checked where the list of common ones is (lib/auth/passwords.ts). */
const passwordInput = z.string().min(1, "Enter a password.").max(4_096, "This password is too long.");

/** 32 random bytes in base64url. */
const tokenInput = z.string().regex(/^[A-Za-z0-9_-]{43}$/, "This link is not complete. Copy it whole.");

export const roleInput = z.enum(ROLES, "Choose one of the roles.");

export const setUpInput = z.object({
  token: tokenInput,
  email: emailInput,
  password: passwordInput,
  samples: z.boolean(),
});
export const joinInput = z.object({ token: tokenInput, password: passwordInput });
export const inviteInput = z.object({ email: emailInput, role: roleInput });
export const invitationInput = z.object({ invitationId: z.uuid() });
export const memberInput = z.object({ userId: z.uuid() });
export const roleChangeInput = memberInput.extend({ role: roleInput });
