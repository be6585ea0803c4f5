import type { Metadata } from "next";
import { InvitationsTable } from "@/components/members/invitations-table";
import { InviteMember } from "@/components/members/invite-dialog";
import { MembersTable } from "@/components/members/members-table";
import { PageHeader } from "@/components/ui/page-header";
import { listMembers, listOpenInvitations } from "@/lib/accounts/queries";
import { admitToPage } from "@/lib/auth/gate";

export const metadata: Metadata = { title: "Members" };

export default async function MembersPage() {
  const now = new Date();
  const scope = await admitToPage("members:manage", now);
  const [members, invitations] = await Promise.all([listMembers(scope), listOpenInvitations(scope, now)]);
  return (
    <>
      <PageHeader title="Members" actions={<InviteMember />}>
        Who may see and change certificates here. A new role counts from the person's next click on.
      </PageHeader>
      <MembersTable members={members} now={now} />
      <InvitationsTable invitations={invitations} now={now} />
    </>
  );
}
