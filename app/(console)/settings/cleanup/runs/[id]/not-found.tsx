import { ButtonLink } from "@/components/ui/button-link";
import { PageHeader } from "@/components/ui/page-header";

/** Stands where no run of the account has this id. */
export default function NoSuchRun() {
  return (
    <>
      <PageHeader title="There is no such run">
        <p>The address may be mistyped, or the run belongs to another account.</p>
      </PageHeader>
      <ButtonLink href="/settings/cleanup/runs">All runs</ButtonLink>
    </>
  );
}
