"use client";

import { useActionState } from "react";
import { PasswordInput } from "@/components/ui/password-input";
import { SubmitButton } from "@/components/ui/submit-button";
import { TextInput } from "@/components/ui/text-input";
import { FormProblem } from "./form-problem";
import { signInWithPassword, textOf } from "./sign-in";
import { PASSWORD_FIELD, useProblemFocus } from "./use-problem-focus";

type State = { email: string; problem: string | null; attempts: number };

/** E-mail and password. `problem` is what an earlier attempt elsewhere, such as single sign-on, came to. */
export function SignInForm({ returnTo, problem }: { returnTo: string; problem: string | null }) {
  const [state, submit] = useActionState(attempt, { email: "", problem, attempts: 0 });
  useProblemFocus(state);

  async function attempt(before: State, form: FormData): Promise<State> {
    const email = textOf(form, "email").trim();
    const found = await signInWithPassword({ email, password: textOf(form, "password") });
    if (found === null) window.location.assign(returnTo);
    return { email, problem: found, attempts: before.attempts + 1 };
  }

  return (
    <form action={submit} className="grid gap-4">
      <FormProblem>{state.problem}</FormProblem>
      <TextInput
        label="Email"
        name="email"
        type="email"
        autoComplete="username"
        autoCapitalize="off"
        spellCheck={false}
        required
        autoFocus
        defaultValue={state.email}
        key={state.email}
      />
      <PasswordInput id={PASSWORD_FIELD} label="Password" name="password" required />
      <SubmitButton pendingLabel="Signing in…">Sign in</SubmitButton>
    </form>
  );
}
