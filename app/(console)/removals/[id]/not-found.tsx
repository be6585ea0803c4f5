import { ButtonLink } from "@/components/ui/button-link";
import { PageHeader } from "@/components/ui/page-header";

export default function RemovalNotFound() {
  return (
    <>
      <PageHeader title="There is no such removal">
        No certificate with this id was removed from this account.
      </PageHeader>
      <ButtonLink href="/removals">Go to Removals</ButtonLink>
    </>
  );
}
