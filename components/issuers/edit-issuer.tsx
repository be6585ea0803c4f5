"use client";

import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Switch } from "@/components/ui/switch";
import { TextInput } from "@/components/ui/text-input";
import { changeIssuerAction } from "@/lib/issuers/actions";
import { FormFrame } from "./form-frame";
import { useIssuerForm } from "./use-issuer-form";

type EditIssuerProps = {
  id: string;
  name: string;
  renewAutomatically: boolean;
  /** Undefined for a private CA, which writes to nobody. */
  contact: string | null | undefined;
};

/** Changes what an issuer is called, whom its CA writes to, and whether it renews by itself. */
export function EditIssuer({ id, name, renewAutomatically, contact }: EditIssuerProps) {
  const { isOpen, show, close, send, pending, problem } = useIssuerForm();
  const errors = problem?.fields ?? {};
  const submit = (typed: (field: string) => string) =>
    send(
      () =>
        changeIssuerAction({
          issuerId: id,
          name: typed("name"),
          contact: typed("contact"),
          renewAutomatically: typed("renewAutomatically") === "on",
        }),
      `${typed("name").trim()} was changed.`,
    );
  return (
    <>
      <Button onClick={show}>Edit</Button>
      <Dialog open={isOpen} onClose={close} pending={pending} title="Edit issuer">
        <FormFrame
          {...{ onSubmit: submit, onCancel: close, pending, problem }}
          submitLabel="Save changes"
          pendingLabel="Saving…"
        >
          <TextInput label="Name" name="name" required autoComplete="off" defaultValue={name} error={errors.name} />
          {contact === undefined ? null : (
            <TextInput
              label="Contact"
              name="contact"
              type="email"
              autoComplete="off"
              defaultValue={contact ?? ""}
              hint="An e-mail address, where the CA writes to. It may stay empty."
              error={errors.contact}
            />
          )}
          <Switch
            label="Renew automatically"
            name="renewAutomatically"
            defaultChecked={renewAutomatically}
            hint="At two thirds of the lifetime, where the key is kept here."
          />
        </FormFrame>
      </Dialog>
    </>
  );
}
