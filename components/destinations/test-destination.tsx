"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Notice } from "@/components/ui/notice";
import { testDestinationAction } from "@/lib/destinations/actions";
import type { TestAnswer } from "@/lib/destinations/schema";
import { browserAnswer } from "@/lib/http/browser-request";
import { TestAnswerList } from "./test-answer-list";

type Told = { kind: "answer"; answer: TestAnswer } | { kind: "problem"; message: string };

/** Tries out a destination and says what could and could not be done there. */
export function TestDestination({ id, name, isKnown }: { id: string; name: string; isKnown: boolean }) {
  const router = useRouter();
  const [told, setTold] = useState<Told | null>(null);
  const [pending, startTransition] = useTransition();
  const test = () =>
    startTransition(async () => {
      const result = await browserAnswer(() => testDestinationAction({ destinationId: id }));
      setTold(
        result.ok ? { kind: "answer", answer: result.value } : { kind: "problem", message: result.problem.message },
      );
      router.refresh();
    });
  const close = () => setTold(null);
  return (
    <>
      <Button
        variant="quiet"
        onClick={test}
        pending={pending}
        pendingLabel="Testing…"
        aria-label={`Test ${name}`}
        explain={isKnown ? undefined : "Certsweep knows no more of it than its name."}
      >
        Test
      </Button>
      <Dialog
        open={told !== null}
        onClose={close}
        title="Test"
        description={
          <>
            What Certsweep could do at <strong>{name}</strong> just now
          </>
        }
        footer={<Button onClick={close}>Close</Button>}
      >
        {told === null ? null : told.kind === "answer" ? (
          <TestAnswerList answer={told.answer} />
        ) : (
          <div role="alert" className="mt-4">
            <Notice tone="danger">{told.message}</Notice>
          </div>
        )}
      </Dialog>
    </>
  );
}
