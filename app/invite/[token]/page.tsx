import type { Metadata } from "next";
import { JoinForm } from "@/components/auth/join-form";
import { AuthFrame } from "@/components/shell/auth-frame";
import { ButtonLink } from "@/components/ui/button-link";
import { readInvitation } from "@/lib/accounts/invitations";
import { INVITATION_HOURS, ROLE_LABELS } from "@/lib/accounts/rules";

export const metadata: Metadata = { title: "Join" };

export default async function InvitePage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const invitation = await readInvitation(token, new Date());
  if (invitation === null) {
    return (
      <AuthFrame
        title="This invitation is not good any more"
        description={`It is used, revoked or older than ${INVITATION_HOURS} hours. Ask a product admin for a new one.`}
      >
        <ButtonLink href="/sign-in">Sign in</ButtonLink>
      </AuthFrame>
    );
  }
  const { email, role, accountName, known } = invitation;
  return (
    <AuthFrame
      title="Join Certsweep"
      description={
        <p>
          You were invited to {accountName} as {ROLE_LABELS[role]}, with the e-mail address{" "}
          <strong className="font-semibold text-text">{email}</strong>.
        </p>
      }
    >
      <JoinForm token={token} email={email} known={known} />
    </AuthFrame>
  );
}
