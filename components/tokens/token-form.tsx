import { type FormEvent, useEffect, useRef } from "react";
import { FormProblem } from "@/components/auth/form-problem";
import { Button } from "@/components/ui/button";
import { NumberField } from "@/components/ui/number-field";
import { Select } from "@/components/ui/select";
import { TextArea } from "@/components/ui/text-area";
import { TextInput } from "@/components/ui/text-input";
import { ROLE_LABELS, type Role } from "@/lib/accounts/rules";
import type { Problem } from "@/lib/http/result";
import { TOKEN_DAYS_DEFAULT, TOKEN_DAYS_MAX, TOKEN_DAYS_MIN, TOKEN_NAME_LIMIT } from "@/lib/tokens/rules";

export type Asked = { name: string; role: Role; days: number; ranges: string[] };

type TokenFormProps = {
  /** Those that the person may give, the least first. */
  roles: readonly Role[];
  onSubmit: (asked: Asked) => void;
  onCancel: () => void;
  pending: boolean;
  problem: Problem | null;
};

/** What a new token is for, what it may and for how long. What was typed stays while something is wrong with it. */
export function TokenForm({ roles, onSubmit, onCancel, pending, problem }: TokenFormProps) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (problem?.fields) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problem]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (pending) return;
    const fields = new FormData(event.currentTarget);
    const text = (name: string) => String(fields.get(name) ?? "");
    onSubmit({
      name: text("name"),
      role: roles.find((role) => role === text("role")) ?? "viewer",
      days: text("days") === "" ? Number.NaN : Number(text("days")),
      ranges: text("ranges")
        .split(/[\s,]+/)
        .filter((range) => range !== ""),
    });
  };
  const errors = Object.entries(problem?.fields ?? {});
  // A range is named by its place in the list: "ranges.2".
  const errorOf = (name: string) => errors.find(([field]) => field.split(".", 1).join() === name)?.[1];
  return (
    <form ref={form} onSubmit={submit} noValidate className="mt-4 grid gap-4">
      <FormProblem>{problem === null || problem.fields ? null : problem.message}</FormProblem>
      <TextInput
        label="Name"
        name="name"
        required
        autoComplete="off"
        maxLength={TOKEN_NAME_LIMIT}
        placeholder="Nightly inventory"
        error={errorOf("name")}
      />
      <Select
        label="Role"
        name="role"
        options={roles.map((role) => ({ value: role, label: ROLE_LABELS[role] }))}
        error={errorOf("role")}
      />
      <NumberField
        label="Days until it expires"
        name="days"
        min={TOKEN_DAYS_MIN}
        max={TOKEN_DAYS_MAX}
        defaultValue={TOKEN_DAYS_DEFAULT}
        hint={`${TOKEN_DAYS_MIN} to ${TOKEN_DAYS_MAX}`}
        error={errorOf("days")}
      />
      <TextArea
        label="Allowed IP addresses"
        name="ranges"
        rows={2}
        mono
        placeholder="203.0.113.0/24 2001:db8::/32"
        hint="Addresses or ranges, with spaces or commas between them. Empty: from anywhere."
        error={errorOf("ranges")}
      />
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" pending={pending} pendingLabel="Creating…">
          Create token
        </Button>
      </div>
    </form>
  );
}
