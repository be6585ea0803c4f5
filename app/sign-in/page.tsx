import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { z } from "zod";
import { SignInForm } from "@/components/auth/sign-in-form";
import { SingleSignOnButton } from "@/components/auth/single-sign-on-button";
import { AuthFrame } from "@/components/shell/auth-frame";
import { Notice } from "@/components/ui/notice";
import { isSetUp } from "@/lib/accounts/first-run";
import { whoIsThere } from "@/lib/auth/gate";
import { offersSingleSignOn, SSO_PROVIDER } from "@/lib/auth/providers";
import { returnPath, signInSentence } from "@/lib/auth/rules";

export const metadata: Metadata = { title: "Sign in" };

const query = z.object({ from: z.string().optional().catch(undefined), error: z.string().optional().catch(undefined) });

export default async function SignInPage({ searchParams }: { searchParams: Promise<unknown> }) {
  const { from, error } = query.parse(await searchParams);
  const returnTo = returnPath(from);
  if ((await whoIsThere(new Date())) !== null) redirect("/");
  return (
    <AuthFrame title="Sign in">
      {(await isSetUp()) ? null : (
        <Notice tone="info">
          Nobody can sign in yet. Make the first product admin with the setup link that Certsweep printed when it
          started.
        </Notice>
      )}
      <SignInForm returnTo={returnTo} problem={signInSentence(error)} />
      {offersSingleSignOn() ? <SingleSignOnButton provider={SSO_PROVIDER} returnTo={returnTo} /> : null}
    </AuthFrame>
  );
}
