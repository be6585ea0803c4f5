"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import type { Deletable } from "@/components/certificates/deletable";
import { DeleteDialog } from "@/components/certificates/delete-dialog";
import { Button } from "@/components/ui/button";
import { useToast } from "@/components/ui/toasts";

type Props = {
  certificate: Deletable;
  /** As for the dialog. */
  isUsed: boolean;
  /** Why it may not go, as sentences; empty when it may. */
  reasons: string[];
  /** From the reasons to what shows or ends them, when there is such a thing. */
  wayOut: { label: string; href: { hash: string } } | null;
  /** The moment for which status and reasons were decided, ISO 8601. */
  now: string;
};

/** Delete on a certificate's own page; afterwards the page shows what was removed, and the list is one link away. */
export function DeleteButton({ certificate, isUsed, reasons, wayOut, now }: Props) {
  const [open, setOpen] = useState(false);
  const router = useRouter();
  const showToast = useToast();
  const explain = reasons.length === 0 ? undefined : reasons.join(" ");
  return (
    <>
      <Button
        variant="danger"
        aria-label={`Delete ${certificate.name}`}
        explain={explain}
        explainLink={explain === undefined || wayOut === null ? undefined : wayOut}
        onClick={() => setOpen(true)}
      >
        Delete
      </Button>
      {open ? (
        <DeleteDialog
          certificate={certificate}
          isUsed={isUsed}
          now={new Date(now)}
          onClose={() => setOpen(false)}
          onGone={(answer) => {
            setOpen(false);
            const message = answer.kind === "removed" ? "was deleted." : `was already deleted by ${answer.actorLabel}.`;
            const link = { label: "Removal record", href: { pathname: `/removals/${answer.removalId}` } };
            showToast({ message: `${answer.name} ${message}`, link });
            router.push("/");
          }}
        />
      ) : null}
    </>
  );
}
