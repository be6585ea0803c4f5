"use client";

import { AuthFrame } from "@/components/shell/auth-frame";
import { buttonStyle } from "@/components/ui/button-style";

type ErrorPageProps = { error: Error & { digest?: string }; reset: () => void };

/** What a defect looks like: one sentence, and the number under which the server's log tells the rest. */
export default function ErrorPage({ error, reset }: ErrorPageProps) {
  return (
    <AuthFrame
      title="Something went wrong"
      description="Certsweep could not show this page. Try again in a moment; nothing was changed by showing it."
      footer={error.digest === undefined ? null : `Error ${error.digest} has the details in the server's log.`}
    >
      {/* Every page loads this one, so it takes no more than it needs. */}
      <button type="button" onClick={reset} className={buttonStyle("primary")}>
        Try again
      </button>
    </AuthFrame>
  );
}
