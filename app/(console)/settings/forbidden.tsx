import { ForbiddenPage } from "@/components/shell/forbidden-page";
import { listAdminEmails } from "@/lib/accounts/queries";
import { ROLE_LABELS } from "@/lib/accounts/rules";
import { whoIsThere } from "@/lib/auth/gate";

/** Answers with HTTP 403 where the gate of a settings page refuses. */
export default async function SettingsForbidden() {
  const scope = await whoIsThere(new Date());
  if (scope === null)
    return <ForbiddenPage admins={[]}>Only product admins can see and change these settings.</ForbiddenPage>;
  return (
    <ForbiddenPage admins={await listAdminEmails(scope)}>
      Only product admins can see and change these settings; your role is {ROLE_LABELS[scope.role]}.
    </ForbiddenPage>
  );
}
