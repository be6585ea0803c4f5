import { ButtonLink } from "@/components/ui/button-link";
import { PageHeader } from "@/components/ui/page-header";

/** Stands where no scan of the account has this id. */
export default function NoSuchScan() {
  return (
    <>
      <PageHeader title="There is no such scan">
        <p>The address may be mistyped, or the scan belongs to another account.</p>
      </PageHeader>
      <ButtonLink href="/settings/discovery">Discovery</ButtonLink>
    </>
  );
}
