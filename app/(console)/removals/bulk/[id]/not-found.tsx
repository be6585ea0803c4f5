import { ButtonLink } from "@/components/ui/button-link";
import { PageHeader } from "@/components/ui/page-header";

export default function BulkDeletionNotFound() {
  return (
    <>
      <PageHeader title="There is no such bulk deletion">Nobody in this account began one with this id.</PageHeader>
      <ButtonLink href="/removals/bulk">Go to Bulk deletions</ButtonLink>
    </>
  );
}
