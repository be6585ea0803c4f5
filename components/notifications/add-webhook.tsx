"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useEffect, useRef, useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { TextInput } from "@/components/ui/text-input";
import { browserAnswer } from "@/lib/http/browser-request";
import { addNotificationWebhook } from "@/lib/notifications/actions";
import { SECRET_DESCRIPTION, SECRET_TITLE, WebhookSecret } from "./webhook-secret";

/** The button that adds a webhook, and its dialog: first the address, then the secret, which is shown this once. */
export function AddWebhook() {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const [pending, startTransition] = useTransition();
  const [problem, setProblem] = useState<string | null>(null);
  const close = () => {
    setOpen(false);
    setSecret(null);
    setProblem(null);
    router.refresh();
  };
  const add = (url: string) => {
    setProblem(null);
    startTransition(async () => {
      const answer = await browserAnswer(() => addNotificationWebhook({ url }));
      if (answer.ok) setSecret(answer.value.secret);
      else setProblem(answer.problem.message);
    });
  };
  return (
    <>
      <Button variant="primary" onClick={() => setOpen(true)}>
        Add webhook
      </Button>
      <Dialog
        open={open}
        onClose={close}
        pending={pending}
        title={secret === null ? "Add webhook" : SECRET_TITLE}
        description={
          secret === null
            ? "Certsweep posts JSON there when a cleanup run fails, is held or is interrupted."
            : SECRET_DESCRIPTION
        }
      >
        {secret === null ? (
          <AddressForm onSubmit={add} onCancel={close} pending={pending} problem={problem} />
        ) : (
          <WebhookSecret secret={secret} onDone={close} />
        )}
      </Dialog>
    </>
  );
}

type AddressFormProps = {
  onSubmit: (url: string) => void;
  onCancel: () => void;
  pending: boolean;
  problem: string | null;
};

function AddressForm({ onSubmit, onCancel, pending, problem }: AddressFormProps) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (problem !== null) field.current?.focus();
  }, [problem]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!pending) onSubmit(String(new FormData(event.currentTarget).get("url") ?? ""));
  };
  return (
    <form onSubmit={submit} noValidate className="mt-4 grid gap-4">
      <TextInput
        ref={field}
        label="Address"
        name="url"
        type="url"
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        required
        placeholder="https://hooks.example.com/certsweep"
        error={problem ?? undefined}
      />
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" pending={pending} pendingLabel="Adding…">
          Add webhook
        </Button>
      </div>
    </form>
  );
}
