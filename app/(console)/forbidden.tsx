import { ForbiddenPage } from "@/components/shell/forbidden-page";
import { listAdminEmails } from "@/lib/accounts/queries";
import { whoIsThere } from "@/lib/auth/gate";

/** Answers with HTTP 403 where a page's gate refuses. */
export default async function Forbidden() {
  const scope = await whoIsThere(new Date());
  const admins = scope === null ? [] : await listAdminEmails(scope);
  return (
    <ForbiddenPage admins={admins}>Members and product admins can open this page; your role is Viewer.</ForbiddenPage>
  );
}
