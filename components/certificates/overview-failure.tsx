"use client";

import { useSearchParams } from "next/navigation";
import { Button } from "@/components/ui/button";
import { ButtonLink } from "@/components/ui/button-link";
import { Notice } from "@/components/ui/notice";
import { AppError } from "@/lib/errors";

/** Why there is no list, and the way on: signing in again, or asking again. */
export function OverviewFailure({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const search = useSearchParams().toString();
  const isSignedOut = error instanceof AppError && error.code === "signed_out";
  return (
    <div role="alert" className="mb-2.5">
      <Notice
        tone="danger"
        title="The list could not be read"
        action={
          isSignedOut ? (
            <ButtonLink href={{ pathname: "/sign-in", query: { from: `/?${search}` } }}>Sign in</ButtonLink>
          ) : (
            <Button onClick={onRetry}>Try again</Button>
          )
        }
      >
        {error.message}
      </Notice>
    </div>
  );
}
