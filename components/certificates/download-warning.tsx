"use client";

import { useRef } from "react";
import { asShown } from "@/components/certificates/deletable";
import { AlertDialog } from "@/components/ui/alert-dialog";

type Props = {
  name: string;
  /** The file. */
  href: string;
  /** Its CA has not confirmed the revocation yet. */
  isPending: boolean;
  onClose: () => void;
};

/** Asks before a certificate that is revoked, or soon will be, is downloaded: nothing should be given it any more. */
export function DownloadWarning({ name, href, isPending, onClose }: Props) {
  const link = useRef<HTMLAnchorElement>(null);
  return (
    <AlertDialog
      open
      onClose={onClose}
      onConfirm={() => {
        link.current?.click();
        onClose();
      }}
      title={isPending ? "Download a certificate that is being revoked" : "Download a revoked certificate"}
      description={
        <p className="wrap-anywhere">
          <strong>{asShown(name)}</strong> {isPending ? "is about to be revoked" : "is revoked"}. Whoever checks for
          revocations refuses it, so nothing should be set up with it. Download it only to look at it or to keep it.
        </p>
      }
      confirmLabel="Download"
      pendingLabel="Download"
    >
      {/* The browser saves what a link names; the button above only follows it. */}
      <a ref={link} href={href} download={true} hidden>
        {asShown(name)}
      </a>
    </AlertDialog>
  );
}
