"use client";

import { useActionState } from "react";
import { PasswordInput } from "@/components/ui/password-input";
import { SubmitButton } from "@/components/ui/submit-button";
import { joinAccount } from "@/lib/accounts/actions";
import { PASSWORD_MIN_CHARACTERS } from "@/lib/auth/rules";
import { FormProblem } from "./form-problem";
import { signInWithPassword, textOf } from "./sign-in";

type JoinFormProps = { token: string; email: string; known: boolean };

/** Takes an invitation up: a new person chooses a password, one who is known here proves it. */
export function JoinForm({ token, email, known }: JoinFormProps) {
  const [problem, submit] = useActionState(attempt, null);

  async function attempt(_before: string | null, form: FormData): Promise<string | null> {
    const password = textOf(form, "password");
    const joined = await joinAccount({ token, password });
    if (!joined.ok) return joined.problem.message;
    const found = await signInWithPassword({ email, password });
    window.location.assign(found === null ? "/" : "/sign-in");
    return null;
  }

  return (
    <form action={submit} className="grid gap-4">
      <FormProblem>{problem}</FormProblem>
      {/* Password managers file the new password under this name. */}
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <PasswordInput
        label="Password"
        name="password"
        autoComplete={known ? "current-password" : "new-password"}
        required
        hint={
          known
            ? "The one that you have here already."
            : `At least ${PASSWORD_MIN_CHARACTERS} characters; several unrelated words are good.`
        }
      />
      <SubmitButton pendingLabel="Joining…">Join</SubmitButton>
    </form>
  );
}
