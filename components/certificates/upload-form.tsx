"use client";

import { type FormEvent, useEffect, useState } from "react";
import { UploadResults } from "@/components/certificates/upload-results";
import { useUpload } from "@/components/certificates/use-upload";
import { Button } from "@/components/ui/button";
import { Card, CardActions, CardSection } from "@/components/ui/card";
import { FileDrop } from "@/components/ui/file-drop";
import { LeaveGuard } from "@/components/ui/leave-guard";
import { PasswordInput } from "@/components/ui/password-input";
import { ProgressBar } from "@/components/ui/progress-bar";
import { TextArea } from "@/components/ui/text-area";
import { TextInput } from "@/components/ui/text-input";
import { NAME_LIMIT } from "@/lib/certificates/rules";

type Errors = { files?: string; name?: string };

const FILES_FIELD = "upload-files";
const NAME_FIELD = "upload-name";
const PROGRESS = "upload-progress";

/** Takes files, pasted PEM, or both, and shows what became of each. */
export function UploadForm() {
  const { state, start, stop } = useUpload();
  const [errors, setErrors] = useState<Errors>({});
  const [round, setRound] = useState(0);

  const running = state?.running ?? false;
  const ended = state !== null && !state.running;
  useEffect(() => {
    if (running) document.getElementById(PROGRESS)?.scrollIntoView({ block: "nearest" });
  }, [running]);
  // The button that had the focus is gone with its form, or with the upload that it could stop.
  useEffect(() => {
    if (ended && document.activeElement === document.body) document.getElementById("upload-results")?.focus();
  });

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (running) return;
    const form = new FormData(event.currentTarget);
    const files = form.getAll("files").filter((entry) => entry instanceof File && entry.name !== "");
    const pem = String(form.get("pem") ?? "");
    const chosen = files.flatMap((file) => (file instanceof File ? [file] : []));
    if (pem.trim() !== "") chosen.push(new File([pem], "Pasted text"));
    const name = String(form.get("name") ?? "").trim();
    const found: Errors = {};
    if (chosen.length === 0) found.files = "Choose files, or paste a certificate below.";
    const password = String(form.get("password") ?? "");
    if (name !== "" && chosen.length > 2) {
      found.name =
        "A name can be given to one certificate, with its key, only. Leave it empty, or upload one at a time.";
    }
    setErrors(found);
    if (found.files !== undefined || found.name !== undefined) {
      document.getElementById(found.files === undefined ? NAME_FIELD : FILES_FIELD)?.focus();
      return;
    }
    // A fresh form for the next upload; what came of this one stays below. One that ended early, or wants a password, keeps its files.
    if (await start(chosen, { name, password })) setRound((before) => before + 1);
  };

  return (
    <div className="grid max-w-3xl gap-6">
      <LeaveGuard
        active={running}
        title="Leave while files are uploading?"
        description="The files that were not sent yet are left out, and the results are not shown again."
        confirmLabel="Leave this page"
      />
      <form key={round} onSubmit={submit} noValidate>
        <Card>
          <CardSection>
            <FileDrop
              id={FILES_FIELD}
              label="Certificate files"
              name="files"
              error={errors.files}
              hint="PEM, DER, PKCS#12 (.p12, .pfx) or PKCS#7 (.p7b), any number, up to 10 MB each. Private keys are kept encrypted, with their certificates."
            />
          </CardSection>
          <CardSection>
            <TextArea
              label="Certificate (PEM)"
              name="pem"
              mono
              rows={6}
              spellCheck={false}
              autoComplete="off"
              placeholder="-----BEGIN CERTIFICATE-----"
              hint="Or paste one or more certificates here, with their private keys if they are to be kept."
            />
          </CardSection>
          <CardSection>
            <TextInput
              id={NAME_FIELD}
              label="Name"
              name="name"
              maxLength={NAME_LIMIT}
              autoComplete="off"
              error={errors.name}
              hint="For a single certificate. Empty: its common name, else its first alternative name."
            />
          </CardSection>
          <CardSection>
            <PasswordInput
              label="Password"
              name="password"
              autoComplete="off"
              hint="Only for files that need one: PKCS#12 and encrypted private keys. It is used for this upload and not kept."
            />
          </CardSection>
          <CardActions>
            {running ? <Button onClick={stop}>Stop</Button> : null}
            <Button type="submit" variant="primary" pending={running} pendingLabel="Uploading…">
              Upload
            </Button>
          </CardActions>
        </Card>
      </form>
      {state === null ? null : (
        <>
          {running ? (
            <div id={PROGRESS} className="scroll-mb-20">
              <ProgressBar label="Uploading" done={state.outcomes.length} total={state.total} unit="files" />
            </div>
          ) : null}
          <UploadResults state={state} />
        </>
      )}
    </div>
  );
}
