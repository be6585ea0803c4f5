import type { Metadata } from "next";
import { CreateToken } from "@/components/tokens/create-token";
import { TokensTable } from "@/components/tokens/tokens-table";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { ROLE_LABELS, ROLES } from "@/lib/accounts/rules";
import { admitToPage } from "@/lib/auth/gate";
import { lesserRole, roleMay } from "@/lib/auth/rules";
import { listTokens } from "@/lib/tokens/queries";

export const metadata: Metadata = { title: "API tokens" };

export default async function ApiTokensPage() {
  const now = new Date();
  const scope = await admitToPage("tokens:own", now);
  const tokens = await listTokens(scope, now);
  const seesAll = roleMay(scope.role, "tokens:manage");
  const roles = ROLES.filter((role) => lesserRole(role, scope.role) === role);
  return (
    <>
      <PageHeader title="API tokens" actions={<CreateToken roles={roles} />}>
        Programs sign in with them. {seesAll ? "You see everybody’s tokens." : "You see your own tokens."} None may do
        more than the person who made it.
      </PageHeader>
      {tokens.length === 0 ? (
        <EmptyState title="No API tokens yet">
          A token lets a script, a pipeline or Cloudflare’s own clients work with the certificates here, as{" "}
          {ROLE_LABELS[scope.role]} at most.
        </EmptyState>
      ) : (
        <TokensTable tokens={tokens} now={now} seesAll={seesAll} />
      )}
    </>
  );
}
