import { ButtonLink } from "@/components/ui/button-link";
import { PageHeader } from "@/components/ui/page-header";

/** Stands where no issuer of the account has this id. */
export default function NoSuchIssuer() {
  return (
    <>
      <PageHeader title="There is no such issuer">
        <p>The address may be mistyped, or of another account.</p>
      </PageHeader>
      <ButtonLink href="/settings/issuers">All issuers</ButtonLink>
    </>
  );
}
