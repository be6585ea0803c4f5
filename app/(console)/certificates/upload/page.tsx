import type { Metadata } from "next";
import { UploadForm } from "@/components/certificates/upload-form";
import { PageHeader } from "@/components/ui/page-header";
import { admitToPage } from "@/lib/auth/gate";

export const metadata: Metadata = { title: "Upload certificates" };

export default async function UploadPage() {
  await admitToPage("certificates:upload", new Date());
  return (
    <>
      <PageHeader title="Upload certificates">
        One certificate a file or a bundle. Certificates that certify one another become one with its chain, and a
        private key goes to its certificate, in the same file or another.
      </PageHeader>
      <UploadForm />
    </>
  );
}
