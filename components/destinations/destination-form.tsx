import { type FormEvent, useEffect, useRef } from "react";
import { FormProblem } from "@/components/auth/form-problem";
import { Button } from "@/components/ui/button";
import { PasswordInput } from "@/components/ui/password-input";
import { Select } from "@/components/ui/select";
import { TextArea } from "@/components/ui/text-area";
import { TextInput } from "@/components/ui/text-input";
import {
  DESTINATION_FIELDS,
  DESTINATION_KIND_LABELS,
  DESTINATION_KINDS,
  type DestinationField,
  type DestinationKind,
} from "@/lib/destinations/rules";
import type { Problem } from "@/lib/http/result";

export type Asked = { name: string; fields: Record<string, string> };

type DestinationFormProps = {
  kind: DestinationKind;
  /** Only for one that is new: what it is stays. */
  onKind?: (kind: DestinationKind) => void;
  /** What is there already; secrets are not, and those that are left empty stay. */
  present?: Asked;
  onSubmit: (asked: Asked) => void;
  onCancel: () => void;
  pending: boolean;
  problem: Problem | null;
};

/** What a destination is called and how it is reached. What was typed stays while something is wrong with it. */
export function DestinationForm({ kind, onKind, present, onSubmit, onCancel, pending, problem }: DestinationFormProps) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (problem?.fields) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problem]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (pending) return;
    const typed = new FormData(event.currentTarget);
    const text = (name: string) => String(typed.get(name) ?? "");
    const fields = DESTINATION_FIELDS[kind].map(({ name }) => [name, text(`field.${name}`)] as const);
    onSubmit({ name: text("name"), fields: Object.fromEntries(fields) });
  };
  const verb = present === undefined ? "Add destination" : "Save changes";
  return (
    <form ref={form} onSubmit={submit} noValidate className="mt-4 grid gap-4">
      <FormProblem>{problem === null || problem.fields ? null : problem.message}</FormProblem>
      {onKind === undefined ? null : (
        <Select
          label="Kind"
          value={kind}
          onChange={({ target }) => onKind(DESTINATION_KINDS.find((one) => one === target.value) ?? kind)}
          options={DESTINATION_KINDS.map((value) => ({ value, label: DESTINATION_KIND_LABELS[value] }))}
        />
      )}
      <TextInput
        label="Name"
        name="name"
        required
        autoComplete="off"
        defaultValue={present?.name}
        error={problem?.fields?.name}
      />
      {DESTINATION_FIELDS[kind].map((field) => (
        <FieldOf
          key={`${kind} ${field.name}`}
          field={field}
          present={present?.fields[field.name]}
          isKept={present !== undefined && field.secret}
          error={problem?.fields?.[`fields.${field.name}`]}
        />
      ))}
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button
          type="submit"
          variant="primary"
          pending={pending}
          pendingLabel={present === undefined ? "Adding…" : "Saving…"}
        >
          {verb}
        </Button>
      </div>
    </form>
  );
}

type FieldOfProps = {
  field: DestinationField;
  present: string | undefined;
  isKept: boolean;
  error: string | undefined;
};

function FieldOf({ field, present, isKept, error }: FieldOfProps) {
  const { name, label, hint, secret, required, multiline } = field;
  const keeps = isKept ? "Leave it empty to keep the present one." : "";
  const common = {
    ...{ label, name: `field.${name}`, required: required && !isKept, autoComplete: "off", error },
    ...{ hint: [isKept ? keeps : hint].filter((text) => text !== "").join(" "), defaultValue: present },
  };
  if (multiline === true) return <TextArea {...common} mono rows={5} spellCheck={false} />;
  if (secret) return <PasswordInput {...common} autoComplete="new-password" />;
  return <TextInput {...common} spellCheck={false} />;
}
