"use client";

import { useState } from "react";
import { asShown } from "@/components/certificates/deletable";
import { progressSentence } from "@/components/certificates/deletion-checks";
import { useDeletionCheck } from "@/components/certificates/use-deletion-check";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { CheckList } from "@/components/ui/check-list";
import { LiveRegion } from "@/components/ui/live-region";
import { Notice } from "@/components/ui/notice";
import { Select } from "@/components/ui/select";
import { TextInput } from "@/components/ui/text-input";
import { REVOCATION_REASON_LABELS, REVOCATION_REASONS, type RevocationReason } from "@/lib/revocation/rules";
import type { Revocable } from "./revocable";
import { revocationUses, USE_WORDS } from "./revocation-uses";
import { useRevocation } from "./use-revocation";

type Props = {
  certificate: Revocable;
  onClose: () => void;
  /** Called once it is revoked, or its CA has been asked and has not confirmed it yet. */
  onSettled: () => void;
};

const REASONS = REVOCATION_REASONS.map((value) => ({ value, label: REVOCATION_REASON_LABELS[value] }));

/** Asks before a certificate is revoked, says what uses it and that this is for good, and stays when it is refused. */
export function RevokeDialog({ certificate, onClose, onSettled }: Props) {
  const [reason, setReason] = useState<RevocationReason>("unspecified");
  const [typed, setTyped] = useState("");
  const { revoke, isPending, problem } = useRevocation(certificate.id, onSettled);
  const looking = useDeletionCheck(certificate.id, certificate.isUsed);
  const shownName = asShown(certificate.name);
  const isTyped = asShown(typed).trim() === shownName;
  return (
    <AlertDialog
      open
      onClose={onClose}
      onConfirm={() => revoke(reason)}
      title="Revoke certificate"
      description={
        <p className="wrap-anywhere">
          <strong>{shownName}</strong> will be revoked at its CA. This cannot be undone: whoever checks for revocations
          refuses it from then on. It stays in the list, and may be deleted afterwards.
        </p>
      }
      confirmLabel="Revoke"
      pendingLabel="Asking its CA…"
      pending={isPending}
      explain={isTyped ? undefined : "Type the certificate's name first."}
      error={problem}
    >
      <CheckList label="What uses it now" checks={revocationUses(looking, certificate.syncedTo)} words={USE_WORDS} />
      <LiveRegion>{looking.isGoing ? progressSentence(looking) : ""}</LiveRegion>
      {looking.problem === null ? null : (
        <div role="alert" className="mt-4">
          <Notice tone="warning" title="What uses it could not be checked.">
            {looking.problem}
          </Notice>
        </div>
      )}
      <form
        className="mt-4 grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (isTyped && !isPending) revoke(reason);
        }}
      >
        <Select
          label="Reason"
          hint="Its CA publishes it."
          options={REASONS}
          value={reason}
          onChange={(event) =>
            setReason(REVOCATION_REASONS.find((each) => each === event.target.value) ?? "unspecified")
          }
        />
        <TextInput
          label={`Type ${shownName} to confirm`}
          value={typed}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
        />
      </form>
    </AlertDialog>
  );
}
