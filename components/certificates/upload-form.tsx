"use client";

import { type FormEvent, useState } from "react";
import { UploadResults } from "@/components/certificates/upload-results";
import { useUpload } from "@/components/certificates/use-upload";
import { Button } from "@/components/ui/button";
import { Card, CardActions, CardSection } from "@/components/ui/card";
import { FileDrop } from "@/components/ui/file-drop";
import { ProgressBar } from "@/components/ui/progress-bar";
import { TextArea } from "@/components/ui/text-area";
import { TextInput } from "@/components/ui/text-input";
import { NAME_LIMIT } from "@/lib/certificates/rules";

type Errors = { files?: string; name?: string };

/** Takes files, pasted PEM, or both, and shows what became of each. */
export function UploadForm() {
  const { state, start, stop } = useUpload();
  const [errors, setErrors] = useState<Errors>({});
  const [round, setRound] = useState(0);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (state?.running) return;
    const form = new FormData(event.currentTarget);
    const files = form.getAll("files").filter((entry) => entry instanceof File && entry.name !== "");
    const pem = String(form.get("pem") ?? "");
    const chosen = files.flatMap((file) => (file instanceof File ? [file] : []));
    if (pem.trim() !== "") chosen.push(new File([pem], "Pasted text"));
    const name = String(form.get("name") ?? "").trim();
    const found: Errors = {};
    if (chosen.length === 0) found.files = "Choose files, or paste a certificate below.";
    if (name !== "" && chosen.length > 1) {
      found.name = "A name can be given to one certificate only. Leave it empty, or upload one at a time.";
    }
    setErrors(found);
    if (found.files !== undefined || found.name !== undefined) return;
    await start(chosen, name);
    // A fresh form for the next upload; what came of this one stays below.
    setRound((before) => before + 1);
  };

  return (
    <div className="grid max-w-3xl gap-6">
      <form key={round} onSubmit={submit} noValidate>
        <Card>
          <CardSection>
            <FileDrop
              label="Certificate files"
              name="files"
              error={errors.files}
              hint="Any number of .pem, .crt, .cer or .der files, up to 10 MB each. Files with private keys are refused."
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
              hint="Or paste one or more certificates here."
            />
          </CardSection>
          <CardSection>
            <TextInput
              label="Name"
              name="name"
              maxLength={NAME_LIMIT}
              autoComplete="off"
              error={errors.name}
              hint="For a single certificate. Empty: its common name, else its first alternative name."
            />
          </CardSection>
          <CardActions>
            {state?.running ? <Button onClick={stop}>Stop</Button> : null}
            <Button type="submit" variant="primary" pending={state?.running} pendingLabel="Uploading…">
              Upload
            </Button>
          </CardActions>
        </Card>
      </form>
      {state === null ? null : (
        <>
          {state.running ? (
            <ProgressBar label="Uploading" done={state.outcomes.length} total={state.total} unit="files" />
          ) : null}
          <UploadResults state={state} />
        </>
      )}
    </div>
  );
}
