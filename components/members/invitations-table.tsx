"use client";

import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { RelativeTime } from "@/components/ui/relative-time";
import { Section } from "@/components/ui/section";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { useChange } from "@/components/ui/use-change";
import { revokeMemberInvitation } from "@/lib/accounts/actions";
import { ROLE_LABELS, type Role } from "@/lib/accounts/rules";

type InvitationView = { invitationId: string; email: string; role: Role; createdAt: Date; expiresAt: Date };

/** Links that are still out there, each to be taken back. */
export function InvitationsTable({ invitations, now }: { invitations: InvitationView[]; now: Date }) {
  const { run, problem } = useChange();
  if (invitations.length === 0 && problem === null) return null;
  const revoke = ({ invitationId, email }: InvitationView) =>
    run(() => revokeMemberInvitation({ invitationId }), { message: `The invitation of ${email} is revoked.` });
  return (
    <Section title="Open invitations" description="Their links cannot be shown again; invite once more for a new one.">
      <div role="alert" className="not-empty:mb-4">
        {problem === null ? null : <Notice tone="danger">{problem}</Notice>}
      </div>
      <Table
        label="Open invitations"
        head={
          <>
            <Th>Email</Th>
            <Th>Role</Th>
            <Th>Works until</Th>
            <Th align="end">Actions</Th>
          </>
        }
      >
        {invitations.map((invitation) => (
          <Tr key={invitation.invitationId}>
            <Td narrow="lead" className="font-medium">
              {invitation.email}
            </Td>
            <Td narrow="second">{ROLE_LABELS[invitation.role]}</Td>
            <Td narrow="third" className="whitespace-nowrap">
              <RelativeTime date={invitation.expiresAt} now={now} layout="cell" />
            </Td>
            <Td narrow="actions" className="text-right">
              <Button
                variant="quiet-danger"
                onClick={() => revoke(invitation)}
                aria-label={`Revoke the invitation of ${invitation.email}`}
              >
                Revoke
              </Button>
            </Td>
          </Tr>
        ))}
      </Table>
    </Section>
  );
}
