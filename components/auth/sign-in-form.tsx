"use client";

import { useActionState } from "react";
import { PasswordInput } from "@/components/ui/password-input";
import { SubmitButton } from "@/components/ui/submit-button";
import { TextInput } from "@/components/ui/text-input";
import { FormProblem } from "./form-problem";
import { signInWithPassword, textOf } from "./sign-in";

type State = { email: string; problem: string | null };

/** E-mail and password. `problem` is what an earlier attempt elsewhere, such as single sign-on, came to. */
export function SignInForm({ returnTo, problem }: { returnTo: string; problem: string | null }) {
  const [state, submit] = useActionState(attempt, { email: "", problem });

  async function attempt(_before: State, form: FormData): Promise<State> {
    const email = textOf(form, "email").trim();
    const found = await signInWithPassword({ email, password: textOf(form, "password") });
    if (found === null) window.location.assign(returnTo);
    return { email, problem: found };
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
        defaultValue={state.email}
        key={state.email}
      />
      <PasswordInput label="Password" name="password" required />
      <SubmitButton pendingLabel="Signing in…">Sign in</SubmitButton>
    </form>
  );
}
