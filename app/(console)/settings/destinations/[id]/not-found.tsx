import { ButtonLink } from "@/components/ui/button-link";
import { PageHeader } from "@/components/ui/page-header";

/** Stands where no destination of the account has this id. */
export default function NoSuchDestination() {
  return (
    <>
      <PageHeader title="There is no such destination">
        <p>It may have been deleted, or the address is mistyped.</p>
      </PageHeader>
      <ButtonLink href="/settings/destinations">All destinations</ButtonLink>
    </>
  );
}
