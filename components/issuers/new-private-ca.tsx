import { NumberField } from "@/components/ui/number-field";
import { Select } from "@/components/ui/select";
import { TextArea } from "@/components/ui/text-area";
import { TextInput } from "@/components/ui/text-input";
import { addPrivateIssuerAction } from "@/lib/issuers/actions";
import { KEY_ALGORITHM_LABELS, KEY_ALGORITHMS } from "@/lib/issuers/rules";
import { FormFrame } from "./form-frame";
import { LimitFields } from "./limit-fields";
import type { useIssuerForm } from "./use-issuer-form";

/** What a CA that is made here is to be: a root, and an intermediate that issues. */
export function NewPrivateCa({ form }: { form: ReturnType<typeof useIssuerForm> }) {
  const { close, send, pending, problem } = form;
  const errors = problem?.fields ?? {};
  const submit = (typed: (name: string) => string) =>
    send(
      () =>
        addPrivateIssuerAction({
          name: typed("name"),
          organisation: typed("organisation"),
          keyAlgorithm: KEY_ALGORITHMS.find((one) => one === typed("keyAlgorithm")) ?? "ec_p256",
          rootYears: typed("rootYears"),
          intermediateYears: typed("intermediateYears"),
          maxDays: typed("maxDays"),
          permitted: typed("permitted"),
          excluded: typed("excluded"),
          renewAutomatically: typed("renewAutomatically") === "on",
        }),
      `${typed("name").trim()} was made. Have its root trusted, then issue from it.`,
    );
  return (
    <FormFrame {...{ onSubmit: submit, onCancel: close, pending, problem }} submitLabel="Add CA" pendingLabel="Making…">
      <TextInput
        label="Name"
        name="name"
        required
        autoComplete="off"
        hint="Here and in its certificates."
        error={errors.name}
      />
      <TextInput
        label="Organisation"
        name="organisation"
        autoComplete="off"
        hint="In its certificates. It may stay empty."
        error={errors.organisation}
      />
      <Select
        label="Keys"
        name="keyAlgorithm"
        options={KEY_ALGORITHMS.map((value) => ({ value, label: KEY_ALGORITHM_LABELS[value] }))}
        error={errors.keyAlgorithm}
      />
      <NumberField
        label="Root valid for (years)"
        name="rootYears"
        min={1}
        max={50}
        defaultValue={20}
        error={errors.rootYears}
      />
      <NumberField
        label="Intermediate valid for (years)"
        name="intermediateYears"
        min={1}
        max={50}
        defaultValue={10}
        error={errors.intermediateYears}
      />
      <LimitFields errors={errors} />
      <TextArea
        label="Permitted names"
        name="permitted"
        rows={2}
        autoComplete="off"
        spellCheck={false}
        hint="Domains and networks, such as corp.example or 10.0.0.0/8, one a line. Empty: all. They cannot be changed later."
        error={errors.permitted}
      />
      <TextArea
        label="Excluded names"
        name="excluded"
        rows={2}
        autoComplete="off"
        spellCheck={false}
        hint="It certifies none of these, whatever is permitted."
        error={errors.excluded}
      />
    </FormFrame>
  );
}
