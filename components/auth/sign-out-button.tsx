"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";

/** Ends this session on the server, then shows the sign-in screen. */
export function SignOutButton() {
  const [state, setState] = useState<"idle" | "pending" | "failed">("idle");
  const leave = async () => {
    setState("pending");
    try {
      // Only now: every screen has this button, and few visits end with it.
      const { signOut } = await import("next-auth/react");
      await signOut({ redirect: false });
      window.location.assign("/sign-in");
    } catch {
      // The server could not be reached: the session is still there, and the person should know.
      setState("failed");
    }
  };
  return (
    <>
      <Button variant="quiet" onClick={leave} pending={state === "pending"} pendingLabel="Signing out…">
        Sign out
      </Button>
      <p role="alert" className="text-danger">
        {state === "failed" ? "You are still signed in: the server did not answer. Try again." : null}
      </p>
    </>
  );
}
