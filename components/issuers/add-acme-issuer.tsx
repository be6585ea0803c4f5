"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { PasswordInput } from "@/components/ui/password-input";
import { Select } from "@/components/ui/select";
import { Switch } from "@/components/ui/switch";
import { TextArea } from "@/components/ui/text-area";
import { TextInput } from "@/components/ui/text-input";
import { addAcmeIssuerAction } from "@/lib/issuers/actions";
import { CHALLENGES } from "@/lib/issuers/rules";
import { CHALLENGE_HINTS, CHALLENGE_LABELS } from "./challenge-words";
import { DirectoryField } from "./directory-field";
import { FormFrame } from "./form-frame";
import { KNOWN_DIRECTORIES } from "./known-directories";
import { useIssuerForm } from "./use-issuer-form";

/** The button that adds an ACME issuer, and its dialog: an account is made at the server before it is kept here. */
export function AddAcmeIssuer() {
  const { isOpen, show, close, send, pending, problem } = useIssuerForm();
  const [directory, setDirectory] = useState("");
  const [challenge, setChallenge] = useState<(typeof CHALLENGES)[number]>("http-01");
  const known = KNOWN_DIRECTORIES.find(({ url }) => url === directory.trim());
  const errors = problem?.fields ?? {};
  const submit = (typed: (name: string) => string) =>
    send(
      () =>
        addAcmeIssuerAction({
          name: typed("name"),
          directoryUrl: directory,
          contact: typed("contact"),
          eabKeyId: typed("eabKeyId"),
          eabHmacKey: typed("eabHmacKey"),
          caBundle: typed("caBundle"),
          challenge,
          renewAutomatically: typed("renewAutomatically") === "on",
        }),
      `${typed("name").trim()} was added: its server has an account for Certsweep now.`,
    );
  return (
    <>
      <Button onClick={show}>Add ACME issuer</Button>
      <Dialog
        open={isOpen}
        onClose={close}
        pending={pending}
        title="Add ACME issuer"
        description="Adding it makes an account at the server and agrees to the terms of its CA. Keys are kept encrypted and are never shown."
      >
        <FormFrame
          {...{ onSubmit: submit, onCancel: close, pending, problem }}
          submitLabel="Add issuer"
          pendingLabel="Adding…"
        >
          <TextInput label="Name" name="name" required autoComplete="off" error={errors.name} />
          <DirectoryField value={directory} onChange={setDirectory} error={errors.directoryUrl} />
          <TextInput
            label="Contact"
            name="contact"
            type="email"
            autoComplete="off"
            hint="An e-mail address, where the CA writes to. It may stay empty."
            error={errors.contact}
          />
          <Select
            label="Challenge"
            value={challenge}
            onChange={({ target }) => setChallenge(CHALLENGES.find((one) => one === target.value) ?? challenge)}
            options={CHALLENGES.map((value) => ({ value, label: CHALLENGE_LABELS[value] }))}
            hint={CHALLENGE_HINTS[challenge]}
            error={errors.challenge}
          />
          <Switch
            label="Renew automatically"
            name="renewAutomatically"
            defaultChecked
            hint="At two thirds of the lifetime, or when the CA says, where the key is kept here."
          />
          <fieldset className="grid min-w-0 gap-4 border-t border-line pt-4">
            <legend className="sr-only">External account binding</legend>
            <p className="text-muted">
              {known?.needsBinding
                ? `${known.label} binds the account to one that you have there, and gives you these two:`
                : "Where the CA binds accounts to ones that it knows already, it gives you these two:"}
            </p>
            <TextInput
              label="Key identifier"
              name="eabKeyId"
              autoComplete="off"
              spellCheck={false}
              error={errors.eabKeyId}
            />
            <PasswordInput label="HMAC key" name="eabHmacKey" autoComplete="new-password" error={errors.eabHmacKey} />
          </fieldset>
          <TextArea
            label="CA bundle (PEM)"
            name="caBundle"
            mono
            rows={3}
            autoComplete="off"
            hint="Only for a server whose own certificate this machine does not trust."
            error={errors.caBundle}
          />
        </FormFrame>
      </Dialog>
    </>
  );
}
