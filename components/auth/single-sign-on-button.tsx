"use client";

import { signIn } from "next-auth/react";
import { useState } from "react";
import { Button } from "@/components/ui/button";

/** Goes to the identity provider and comes back to `returnTo`. */
export function SingleSignOnButton({ provider, returnTo }: { provider: string; returnTo: string }) {
  const [pending, setPending] = useState(false);
  const leave = async () => {
    setPending(true);
    await signIn(provider, { callbackUrl: returnTo }).catch(() => setPending(false));
  };
  return (
    <Button onClick={leave} pending={pending} pendingLabel="Opening your identity provider…" className="w-full">
      Sign in with single sign-on
    </Button>
  );
}
