"use client";

import { useActionState } from "react";
import { Checkbox } from "@/components/ui/checkbox";
import { PasswordInput } from "@/components/ui/password-input";
import { SubmitButton } from "@/components/ui/submit-button";
import { TextInput } from "@/components/ui/text-input";
import { createProductAdmin } from "@/lib/accounts/actions";
import { PASSWORD_MIN_CHARACTERS } from "@/lib/auth/rules";
import { FormProblem } from "./form-problem";
import { signInWithPassword, textOf } from "./sign-in";

type State = { email: string; problem: string | null };

/** Makes the first product admin, then signs them in. */
export function SetUpForm({ token }: { token: string }) {
  const [state, submit] = useActionState(attempt, { email: "", problem: null });

  async function attempt(_before: State, form: FormData): Promise<State> {
    const email = textOf(form, "email").trim();
    const password = textOf(form, "password");
    const made = await createProductAdmin({ token, email, password, samples: form.has("samples") });
    if (!made.ok) return { email, problem: made.problem.message };
    const found = await signInWithPassword({ email, password });
    window.location.assign(found === null ? "/" : "/sign-in");
    return { email, problem: null };
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
      <PasswordInput
        label="Password"
        name="password"
        autoComplete="new-password"
        required
        hint={`At least ${PASSWORD_MIN_CHARACTERS} characters; several unrelated words are good.`}
      />
      <Checkbox name="samples" label="Add sample certificates" />
      <SubmitButton pendingLabel="Creating…">Create product admin</SubmitButton>
    </form>
  );
}
