import { PasswordInput } from "@/components/ui/password-input";
import { TextArea } from "@/components/ui/text-area";
import { TextInput } from "@/components/ui/text-input";
import { importPrivateIssuerAction } from "@/lib/issuers/actions";
import { FormFrame } from "./form-frame";
import { LimitFields } from "./limit-fields";
import type { useIssuerForm } from "./use-issuer-form";

/** A CA that there is already: its certificate with the chain above it, and its key. */
export function ImportPrivateCa({ form }: { form: ReturnType<typeof useIssuerForm> }) {
  const { close, send, pending, problem } = form;
  const errors = problem?.fields ?? {};
  const submit = (typed: (name: string) => string) =>
    send(
      () =>
        importPrivateIssuerAction({
          name: typed("name"),
          certificates: typed("certificates"),
          privateKey: typed("privateKey"),
          password: typed("password"),
          maxDays: typed("maxDays"),
          renewAutomatically: typed("renewAutomatically") === "on",
        }),
      `${typed("name").trim()} was imported. Certificates can be issued from it now.`,
    );
  return (
    <FormFrame
      {...{ onSubmit: submit, onCancel: close, pending, problem }}
      submitLabel="Import CA"
      pendingLabel="Importing…"
    >
      <TextInput label="Name" name="name" required autoComplete="off" error={errors.name} />
      <TextArea
        label="Certificate and chain (PEM)"
        name="certificates"
        mono
        rows={4}
        required
        autoComplete="off"
        placeholder="-----BEGIN CERTIFICATE-----"
        hint="The CA that is to issue, and those above it up to the root."
        error={errors.certificates}
      />
      <TextArea
        label="Private key (PEM)"
        name="privateKey"
        mono
        rows={4}
        required
        autoComplete="off"
        placeholder="-----BEGIN PRIVATE KEY-----"
        error={errors.privateKey}
      />
      <PasswordInput
        label="Password"
        name="password"
        autoComplete="off"
        hint="Only for an encrypted key. It is not kept."
        error={errors.password}
      />
      <LimitFields errors={errors} />
    </FormFrame>
  );
}
