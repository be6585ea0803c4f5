import { ButtonLink } from "@/components/ui/button-link";
import { PageHeader } from "@/components/ui/page-header";

/** Stands where no order of the account has this id. */
export default function NoSuchOrder() {
  return (
    <>
      <PageHeader title="There is no such order">
        <p>The address may be mistyped, or of another account.</p>
      </PageHeader>
      <ButtonLink href="/certificates/orders">All orders</ButtonLink>
    </>
  );
}
