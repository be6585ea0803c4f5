"use client";

import { useState } from "react";
import { useRenewal } from "@/components/orders/use-renewal";
import { RENEW_NEEDS_MEMBER, REVOKE_NEEDS_MEMBER } from "@/components/revocation/revocable";
import { RevokeDialog } from "@/components/revocation/revoke-dialog";
import { useRetry } from "@/components/revocation/use-revocation";
import { Menu, type MenuItem } from "@/components/ui/menu";
import { visibleText } from "@/lib/certificates/rules";
import type { CertificateRow } from "@/lib/certificates/schema";
import { type CertificateAction, warnsOnDownload } from "@/lib/revocation/rules";
import { DownloadWarning } from "./download-warning";

type Props = {
  row: CertificateRow;
  /** The row's button, beside which the menu stands. */
  anchor: HTMLElement;
  /** Whether the person may revoke, renew and the like. */
  mayChange: boolean;
  onClose: () => void;
};

type Step = "menu" | "revoke" | "download" | "working";

/** The menu of a row of the Overview and what its choices open. */
export function RowActions({ row, anchor, mayChange, onClose }: Props) {
  const [step, setStep] = useState<Step>("menu");
  const { retry } = useRetry(row.id, onClose);
  const { renew } = useRenewal(row.id, onClose);
  const work = (begin: () => void) => {
    setStep("working");
    begin();
  };
  const needsMember = (sentence: string) => (mayChange ? undefined : sentence);
  const items: Record<CertificateAction, MenuItem | null> = {
    details: { key: "details", label: "Details", kind: "link", href: { pathname: `/certificates/${row.id}` } },
    download: warnsOnDownload({ ...row, isPending: row.isRevocationPending })
      ? { key: "download", label: "Download PEM…", kind: "button", onChoose: () => setStep("download") }
      : { key: "download", label: "Download PEM", kind: "file", href: `/api/certificates/${row.id}/pem` },
    // What its CA answers is shown there, and may take a while.
    check_revocation: {
      ...{ key: "check", label: "Check revocation", kind: "link" },
      href: { pathname: `/certificates/${row.id}`, hash: "revocation" },
    },
    retry_revocation: {
      ...{ key: "retry", label: "Retry the revocation", kind: "button", onChoose: () => work(retry) },
      explain: needsMember(REVOKE_NEEDS_MEMBER),
    },
    renew: {
      ...{ key: "renew", label: "Renew", kind: "button", onChoose: () => work(renew) },
      explain: needsMember(RENEW_NEEDS_MEMBER),
    },
    revoke: {
      ...{ key: "revoke", label: "Revoke…", kind: "button", tone: "danger", onChoose: () => setStep("revoke") },
      explain: needsMember(REVOKE_NEEDS_MEMBER),
    },
    // It has a button of its own in the row.
    delete: null,
  };
  switch (step) {
    case "working":
      return null;
    case "menu":
      return (
        <Menu
          label={`Actions for ${visibleText(row.name)}`}
          anchor={anchor}
          items={row.actions.flatMap((action) => items[action] ?? [])}
          onClose={onClose}
        />
      );
    case "revoke":
      return (
        <RevokeDialog certificate={{ ...row, isUsed: row.uses.length > 0 }} onClose={onClose} onSettled={onClose} />
      );
    case "download":
      return (
        <DownloadWarning
          name={row.name}
          href={`/api/certificates/${row.id}/pem`}
          isPending={row.isRevocationPending}
          onClose={onClose}
        />
      );
  }
}
