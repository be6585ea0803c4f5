"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import type { Role } from "@/lib/accounts/rules";
import { formatDateTimeUtc } from "@/lib/dates/rules";
import { browserAnswer } from "@/lib/http/browser-request";
import type { Problem } from "@/lib/http/result";
import { createApiToken } from "@/lib/tokens/actions";
import { type Asked, TokenForm } from "./token-form";
import { TokenSecret } from "./token-secret";

type Made = { name: string; token: string; expiresAt: string };

/** The button that creates, and its dialog: first what the token is for, then the token, which is shown this once. */
export function CreateToken({ roles }: { roles: readonly Role[] }) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<Made | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [pending, startTransition] = useTransition();
  const close = () => {
    setOpen(false);
    setMade(null);
    setProblem(null);
    router.refresh();
  };
  const create = (asked: Asked) =>
    startTransition(async () => {
      const answer = await browserAnswer(() => createApiToken(asked));
      setProblem(answer.ok ? null : answer.problem);
      if (answer.ok) setMade({ name: asked.name.trim(), ...answer.value });
    });
  return (
    <>
      <Button variant="primary" onClick={() => setOpen(true)}>
        Create token
      </Button>
      <Dialog
        open={open}
        onClose={close}
        pending={pending}
        title={made === null ? "Create token" : "Keep this token now"}
        description={
          made === null ? (
            "It acts in your name, and ends when your membership does."
          ) : (
            <>
              <strong>{made.name}</strong> is shown this once. It works until{" "}
              {formatDateTimeUtc(new Date(made.expiresAt))}.
            </>
          )
        }
      >
        {made === null ? (
          <TokenForm roles={roles} onSubmit={create} onCancel={close} pending={pending} problem={problem} />
        ) : (
          <TokenSecret token={made.token} onDone={close} />
        )}
      </Dialog>
    </>
  );
}
