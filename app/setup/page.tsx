import type { Metadata } from "next";
import { z } from "zod";
import { SetUpForm } from "@/components/auth/set-up-form";
import { AuthFrame } from "@/components/shell/auth-frame";
import { ButtonLink } from "@/components/ui/button-link";
import { isSetUp, isSetupLinkOpen } from "@/lib/accounts/first-run";
import { INVITATION_HOURS } from "@/lib/accounts/rules";

export const metadata: Metadata = { title: "Set up" };

const query = z.object({ token: z.string().max(200).catch("") });

export default async function SetUpPage({ searchParams }: { searchParams: Promise<unknown> }) {
  const { token } = query.parse(await searchParams);
  if (await isSetUp()) {
    return (
      <AuthFrame title="Set-up is done" description="Certsweep has its first product admin already.">
        <ButtonLink href="/sign-in" variant="primary">
          Sign in
        </ButtonLink>
      </AuthFrame>
    );
  }
  if (!(await isSetupLinkOpen(token, new Date()))) {
    return (
      <AuthFrame title={token === "" ? "Set up Certsweep" : "This setup link is not good any more"}>
        <p>
          Setting up needs the link that Certsweep prints when it starts on an empty database. It begins with “Set up
          Certsweep:” and works for {INVITATION_HOURS} hours. Restart Certsweep to have a new one printed, and open it
          whole.
        </p>
      </AuthFrame>
    );
  }
  return (
    <AuthFrame title="Set up Certsweep" description="Make the first product admin. More people are invited afterwards.">
      <SetUpForm token={token} />
    </AuthFrame>
  );
}
