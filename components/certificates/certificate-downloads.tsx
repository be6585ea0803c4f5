"use client";

import { lazy, Suspense, useState } from "react";
import { Button } from "@/components/ui/button";
import { DownloadLink } from "@/components/ui/download-link";

const DownloadWarning = lazy(async () => ({ default: (await import("./download-warning")).DownloadWarning }));

const FILES = [
  { file: "pem", label: "Download PEM" },
  { file: "der", label: "Download DER" },
  { file: "chain", label: "Download chain" },
] as const;

type Props = {
  id: string;
  name: string;
  /** Why people are warned before they get one: it is revoked, or its revocation is under way. */
  warning: "revoked" | "pending" | null;
};

/** The files that a certificate in the inventory can be had as. */
export function CertificateDownloads({ id, name, warning }: Props) {
  const [asked, setAsked] = useState<string | null>(null);
  const hrefOf = (file: string) => `/api/certificates/${id}/${file}`;
  return (
    <>
      {FILES.map(({ file, label }) =>
        warning === null ? (
          <DownloadLink key={file} href={hrefOf(file)}>
            {label}
          </DownloadLink>
        ) : (
          <Button key={file} onClick={() => setAsked(hrefOf(file))}>
            {label}…
          </Button>
        ),
      )}
      {asked === null ? null : (
        <Suspense>
          <DownloadWarning name={name} href={asked} isPending={warning === "pending"} onClose={() => setAsked(null)} />
        </Suspense>
      )}
    </>
  );
}
