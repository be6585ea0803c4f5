import { ButtonLink } from "@/components/ui/button-link";
import { PageHeader } from "@/components/ui/page-header";

export default function CertificateNotFound() {
  return (
    <>
      <PageHeader title="There is no such certificate">
        It is not in this account, and it has not been removed from it either.
      </PageHeader>
      <ButtonLink href="/">Go to the Overview</ButtonLink>
    </>
  );
}
