"use client";

import { useState, useTransition } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { browserAnswer } from "@/lib/http/browser-request";
import { renewWebhookSecret } from "@/lib/notifications/actions";
import { SECRET_DESCRIPTION, SECRET_TITLE, WebhookSecret } from "./webhook-secret";

type Step = { kind: "closed" } | { kind: "asking"; problem: string | null } | { kind: "renewed"; secret: string };

const CLOSED: Step = { kind: "closed" };

/** Gives a webhook another secret, after asking, and shows it this once. */
export function RenewSecret({ webhookId, host }: { webhookId: string; host: string }) {
  const [step, setStep] = useState<Step>(CLOSED);
  const [pending, startTransition] = useTransition();
  const renew = () =>
    startTransition(async () => {
      const answer = await browserAnswer(() => renewWebhookSecret({ webhookId }));
      if (answer.ok) setStep({ kind: "renewed", secret: answer.value.secret });
      else setStep({ kind: "asking", problem: answer.problem.message });
    });
  const close = () => setStep(CLOSED);
  return (
    <>
      <Button
        variant="quiet"
        onClick={() => setStep({ kind: "asking", problem: null })}
        aria-label={`Renew secret of ${host}`}
      >
        Renew secret
      </Button>
      <AlertDialog
        open={step.kind === "asking"}
        onClose={close}
        onConfirm={renew}
        pending={pending}
        tone="primary"
        title="Renew secret"
        description={
          <>
            From now on messages to <strong>{host}</strong> are signed with another secret. Until the receiver has it,
            it refuses them.
          </>
        }
        confirmLabel="Renew secret"
        pendingLabel="Renewing…"
        error={step.kind === "asking" ? step.problem : null}
      />
      <Dialog open={step.kind === "renewed"} onClose={close} title={SECRET_TITLE} description={SECRET_DESCRIPTION}>
        <WebhookSecret secret={step.kind === "renewed" ? step.secret : ""} onDone={close} />
      </Dialog>
    </>
  );
}
