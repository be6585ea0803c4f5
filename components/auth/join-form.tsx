"use client";

import { useActionState } from "react";
import { PasswordInput } from "@/components/ui/password-input";
import { SubmitButton } from "@/components/ui/submit-button";
import { joinAccount } from "@/lib/accounts/actions";
import { PASSWORD_MIN_CHARACTERS } from "@/lib/auth/rules";
import { FormProblem } from "./form-problem";
import { signInWithPassword, textOf } from "./sign-in";
import { PASSWORD_FIELD, useProblemFocus } from "./use-problem-focus";

type State = { problem: string | null; attempts: number };

type JoinFormProps = { token: string; email: string; known: boolean };

/** Takes an invitation up: a new person chooses a password, one who is known here proves it. */
export function JoinForm({ token, email, known }: JoinFormProps) {
  const [state, submit] = useActionState(attempt, { problem: null, attempts: 0 });
  useProblemFocus(state);

  async function attempt({ attempts }: State, form: FormData): Promise<State> {
    const password = textOf(form, "password");
    const joined = await joinAccount({ token, password });
    if (!joined.ok) return { problem: joined.problem.message, attempts: attempts + 1 };
    const found = await signInWithPassword({ email, password });
    window.location.assign(found === null ? "/" : "/sign-in");
    return { problem: null, attempts: attempts + 1 };
  }

  return (
    <form action={submit} className="grid gap-4">
      <FormProblem>{state.problem}</FormProblem>
      {/* Password managers file the new password under this name. */}
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <PasswordInput
        id={PASSWORD_FIELD}
        label="Password"
        name="password"
        autoComplete={known ? "current-password" : "new-password"}
        required
        autoFocus
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
