"use client";

import Link from "next/link";
import { useId, useState } from "react";
import { asShown, type Deletable, needsTypedName } from "@/components/certificates/deletable";
import { deletionChecks, progressSentence } from "@/components/certificates/deletion-checks";
import { type Refusal, useDeletion } from "@/components/certificates/use-deletion";
import { type Looking, useDeletionCheck } from "@/components/certificates/use-deletion-check";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { CheckList } from "@/components/ui/check-list";
import { LiveRegion } from "@/components/ui/live-region";
import { Notice } from "@/components/ui/notice";
import { TextInput } from "@/components/ui/text-input";
import { visibleText } from "@/lib/certificates/rules";
import type { DeletionAnswer } from "@/lib/removal/schema";

type Props = {
  certificate: Deletable;
  /** Whether anything is known to use it, or to have used it: then that is looked at before. */
  isUsed: boolean;
  now: Date;
  onClose: () => void;
  /** Called once the certificate is gone, by this deletion or by somebody else's before. */
  onGone: (answer: Exclude<DeletionAnswer, { kind: "blocked" }>) => void;
};

/** Asks before one certificate is deleted, says what was checked and what is permanent, and stays when it is refused. */
export function DeleteDialog({ certificate, isUsed, now, onClose, onGone }: Props) {
  const [typed, setTyped] = useState("");
  const formId = useId();
  const deletion = useDeletion(certificate.id, onGone);
  const looking = useDeletionCheck(certificate.id, isUsed);
  const typedName = needsTypedName(certificate);
  // What is asked for is what can be seen, and typed: a name may hold what shows as nothing.
  const shownName = asShown(certificate.name);
  const isTyped = !typedName || asShown(typed).trim() === shownName;
  const explain = refusalOf(looking) ?? (isTyped ? undefined : "Type the certificate's name first.");
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
        <CheckList label="What was checked" checks={deletionChecks(certificate, now, looking)} />
      )}
      <LiveRegion>{progressSentence(looking)}</LiveRegion>
      {looking.problem === null ? null : (
        <div role="alert" className="mt-4">
          <Notice tone="warning" title="What uses it could not be checked.">
            {looking.problem} Certsweep checks again by itself before it deletes, and refuses if something is in the
            way.
          </Notice>
        </div>
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

/** Why it cannot be deleted yet, or at all; undefined where the server is to decide. */
function refusalOf({ check, isGoing, problem }: Looking): string | undefined {
  if (isGoing) return "Wait until what uses it has been checked.";
  if (problem !== null || check === undefined || check.blockers.length === 0) return undefined;
  return check.blockers.map(({ sentence }) => visibleText(sentence)).join(" ");
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
