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
import { PASSWORD_FIELD, useProblemFocus } from "./use-problem-focus";

type State = { email: string; samples: boolean; problem: string | null; attempts: number };

/** Makes the first product admin, then signs them in. */
export function SetUpForm({ token }: { token: string }) {
  const [state, submit] = useActionState(attempt, { email: "", samples: false, problem: null, attempts: 0 });
  useProblemFocus(state);

  async function attempt(before: State, form: FormData): Promise<State> {
    const email = textOf(form, "email").trim();
    const password = textOf(form, "password");
    const samples = form.has("samples");
    const entered = { email, samples, attempts: before.attempts + 1 };
    const made = await createProductAdmin({ token, email, password, samples });
    if (!made.ok) return { ...entered, problem: made.problem.message };
    const found = await signInWithPassword({ email, password });
    window.location.assign(found === null ? "/" : "/sign-in");
    return { ...entered, problem: null };
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
      <PasswordInput
        id={PASSWORD_FIELD}
        label="Password"
        name="password"
        autoComplete="new-password"
        required
        hint={`At least ${PASSWORD_MIN_CHARACTERS} characters; several unrelated words are good.`}
      />
      <Checkbox
        name="samples"
        label="Add sample certificates"
        defaultChecked={state.samples}
        key={`samples ${state.attempts}`}
      />
      <SubmitButton pendingLabel="Creating…">Create product admin</SubmitButton>
    </form>
  );
}
