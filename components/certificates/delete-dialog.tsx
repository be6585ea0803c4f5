"use client";

import Link from "next/link";
import { useId, useState } from "react";
import { type Deletable, needsTypedName } from "@/components/certificates/deletable";
import { type Refusal, useDeletion } from "@/components/certificates/use-deletion";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { CheckList } from "@/components/ui/check-list";
import { Notice } from "@/components/ui/notice";
import { TextInput } from "@/components/ui/text-input";
import { STATUS_LABELS, visibleText } from "@/lib/certificates/rules";
import { formatDateTimeUtc, formatRelative } from "@/lib/dates/rules";
import type { DeletionAnswer } from "@/lib/removal/schema";

type Props = {
  certificate: Deletable;
  now: Date;
  onClose: () => void;
  /** Called once the certificate is gone, by this deletion or by somebody else's before. */
  onGone: (answer: Exclude<DeletionAnswer, { kind: "blocked" }>) => void;
};

/** Asks before one certificate is deleted, says what was checked and what is permanent, and stays when it is refused. */
export function DeleteDialog({ certificate, now, onClose, onGone }: Props) {
  const [typed, setTyped] = useState("");
  const formId = useId();
  const deletion = useDeletion(certificate.id, onGone);
  const typedName = needsTypedName(certificate);
  // What is asked for is what can be seen, and typed: a name may hold what shows as nothing.
  const shownName = asShown(certificate.name);
  const explain = typedName && asShown(typed).trim() !== shownName ? "Type the certificate's name first." : undefined;
  const confirm = () => deletion.mutate();
  return (
    <AlertDialog
      open
      onClose={onClose}
      onConfirm={confirm}
      title="Delete certificate"
      description={
        <p className="wrap-anywhere">
          <strong>{shownName}</strong> will be deleted for good.
          {certificate.hasPrivateKey ? " Its private key is destroyed too." : ""} A record of the removal, with the
          certificate itself, stays under Removals.
        </p>
      }
      confirmLabel="Delete"
      pendingLabel="Deleting…"
      pending={deletion.isPending}
      explain={explain}
      error={deletion.refusal === null ? undefined : <RefusalNotice refusal={deletion.refusal} id={certificate.id} />}
    >
      {deletion.refusal?.kind === "blocked" ? null : (
        <CheckList
          label="What was checked"
          checks={[
            statusCheck(certificate, now),
            { key: "deployed", passed: true, text: "Not deployed anywhere" },
            { key: "synced", passed: true, text: "No active sync to any destination" },
          ]}
        />
      )}
      {typedName ? (
        <form
          id={formId}
          className="mt-4 grid gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            if (explain === undefined && !deletion.isPending) confirm();
          }}
        >
          <Notice tone="warning">
            This certificate is still valid. If anything uses it that is not listed under In use, that will break.
          </Notice>
          <TextInput
            label={`Type ${shownName} to confirm`}
            value={typed}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setTyped(event.target.value)}
          />
        </form>
      ) : null}
    </AlertDialog>
  );
}

/** A name as a page shows it: runs of white space are one blank. */
function asShown(name: string): string {
  return visibleText(name).replace(/\s+/g, " ");
}

function statusCheck(certificate: Deletable, now: Date) {
  const at = (moment: string) => new Date(moment);
  switch (certificate.status) {
    case "expired": {
      const notAfter = at(certificate.notAfter);
      return {
        key: "status",
        passed: true,
        text: `Expired ${formatRelative(notAfter, now)}`,
        note: formatDateTimeUtc(notAfter),
      };
    }
    case "revoked": {
      const revokedAt = at(certificate.revokedAt ?? certificate.notAfter);
      return {
        key: "status",
        passed: true,
        text: `Revoked ${formatRelative(revokedAt, now)}`,
        note: formatDateTimeUtc(revokedAt),
      };
    }
    case "valid":
    case "expiring":
    case "not_yet_valid": {
      const note = `${STATUS_LABELS[certificate.status]} until ${formatDateTimeUtc(at(certificate.notAfter))}`;
      return { key: "status", passed: true, text: "Uploaded, not issued here: may go at any time", note };
    }
  }
}

function RefusalNotice({ refusal, id }: { refusal: Refusal; id: string }) {
  return (
    <>
      {refusal.kind === "blocked" ? <p className="font-medium">Nothing was deleted.</p> : null}
      {refusal.sentences.map((sentence) => (
        <p key={sentence} className="wrap-anywhere">
          {sentence}
        </p>
      ))}
      <p>
        <Link href={`/certificates/${id}`} className="link">
          Show the certificate
        </Link>
      </p>
    </>
  );
}
