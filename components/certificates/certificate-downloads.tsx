import { DownloadLink } from "@/components/ui/download-link";

/** The files that a certificate in the inventory can be had as. */
export function CertificateDownloads({ id }: { id: string }) {
  return (
    <>
      <DownloadLink href={`/api/certificates/${id}/pem`}>Download PEM</DownloadLink>
      <DownloadLink href={`/api/certificates/${id}/der`}>Download DER</DownloadLink>
      <DownloadLink href={`/api/certificates/${id}/chain`}>Download chain</DownloadLink>
    </>
  );
}
