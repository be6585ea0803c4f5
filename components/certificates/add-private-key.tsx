"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { FormProblem } from "@/components/auth/form-problem";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { PAGE_HEADING_ID } from "@/components/ui/page-header";
import { PasswordInput } from "@/components/ui/password-input";
import { SubmitButton } from "@/components/ui/submit-button";
import { TextArea } from "@/components/ui/text-area";
import { addCertificateKey } from "@/lib/certificates/actions";
import { browserAnswer } from "@/lib/http/browser-request";

/** The button that brings a certificate its private key, and its dialog. Once one is kept, the page has the button no more. */
export function AddPrivateKey({ certificateId }: { certificateId: string }) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const close = () => {
    setOpen(false);
    setProblem(null);
  };
  const submit = async (form: FormData) => {
    setProblem(null);
    const typed = (name: string) => String(form.get(name) ?? "");
    const input = { certificateId, privateKey: typed("privateKey"), password: typed("password") };
    const answer = await browserAnswer(() => addCertificateKey(input));
    if (!answer.ok) return setProblem(answer.problem.message);
    close();
    document.getElementById(PAGE_HEADING_ID)?.focus();
    router.refresh();
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>Add private key</Button>
      <Dialog
        open={open}
        onClose={close}
        title="Add private key"
        description="It has to be the key of this certificate. It is kept encrypted, never shown, and destroyed with the certificate."
      >
        {/* What was pasted is not put back after a refusal: a key should stay in a page no longer than it must. */}
        <form action={submit} className="mt-4 grid gap-4">
          <FormProblem>{problem}</FormProblem>
          <TextArea
            label="Private key (PEM)"
            name="privateKey"
            mono
            rows={6}
            required
            spellCheck={false}
            autoComplete="off"
            placeholder="-----BEGIN PRIVATE KEY-----"
          />
          <PasswordInput
            label="Password"
            name="password"
            autoComplete="off"
            hint="Only for an encrypted key. It is not kept."
          />
          <div className="flex justify-end gap-2">
            <Button onClick={close}>Cancel</Button>
            <SubmitButton pendingLabel="Adding…">Add</SubmitButton>
          </div>
        </form>
      </Dialog>
    </>
  );
}
