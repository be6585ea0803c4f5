"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useEffect, useRef, useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Notice } from "@/components/ui/notice";
import { Select } from "@/components/ui/select";
import { TextInput } from "@/components/ui/text-input";
import { addEndpointAction } from "@/lib/deployments/actions";
import { PROTOCOL_LABELS, PROTOCOLS, type Protocol, USUAL_PORTS } from "@/lib/endpoints/rules";
import { browserAnswer } from "@/lib/http/browser-request";
import type { Problem } from "@/lib/http/result";

const CHOICES = PROTOCOLS.map((value) => ({ value, label: PROTOCOL_LABELS[value] }));

/** The button that has an endpoint watched for a certificate, and its dialog, which stays until the first look is over. */
export function WatchEndpoint({ certificateId }: { certificateId: string }) {
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const [open, setOpen] = useState(false);
  const [port, setPort] = useState("443");
  const [protocol, setProtocol] = useState<Protocol>("tls");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [pending, startTransition] = useTransition();
  useEffect(() => {
    if (problem?.fields) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problem]);
  const close = () => {
    setOpen(false);
    setProblem(null);
  };
  const chooseProtocol = (chosen: string) => {
    const next = PROTOCOLS.find((each) => each === chosen) ?? "tls";
    // A port that somebody typed stays.
    if (USUAL_PORTS[protocol].some((usual) => String(usual) === port)) setPort(String(USUAL_PORTS[next][0]));
    setProtocol(next);
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (pending) return;
    const fields = new FormData(event.currentTarget);
    const typed = (name: string) => String(fields.get(name) ?? "");
    const input = { certificateId, host: typed("host"), port, protocol, serverName: typed("serverName") };
    startTransition(async () => {
      const answer = await browserAnswer(() => addEndpointAction({ ...input, service: typed("service"), note: "" }));
      if (!answer.ok) return setProblem(answer.problem);
      close();
      router.refresh();
    });
  };
  const errors = problem?.fields ?? {};
  return (
    <>
      <Button onClick={() => setOpen(true)}>Watch an endpoint</Button>
      <Dialog
        open={open}
        onClose={close}
        pending={pending}
        title="Watch an endpoint"
        description="Certsweep connects to it now, every six hours and right before a deletion. While it serves this certificate, or does not answer, the certificate stays."
      >
        <form ref={form} onSubmit={submit} noValidate className="mt-4 grid gap-4">
          <div className="grid items-start gap-4 wide:grid-cols-[1fr_6rem]">
            <TextInput
              label="Host"
              name="host"
              required
              autoComplete="off"
              spellCheck={false}
              placeholder="www.example.com"
              error={errors.host}
            />
            <TextInput
              label="Port"
              name="port"
              required
              inputMode="numeric"
              autoComplete="off"
              value={port}
              onChange={(event) => setPort(event.target.value)}
              error={errors.port}
            />
          </div>
          <Select
            label="Protocol"
            options={CHOICES}
            value={protocol}
            onChange={(event) => chooseProtocol(event.target.value)}
            error={errors.protocol}
          />
          <TextInput
            label="Server name"
            name="serverName"
            autoComplete="off"
            spellCheck={false}
            hint="The name to ask for (SNI), if it is not the host."
            error={errors.serverName}
          />
          <TextInput
            label="Service"
            name="service"
            autoComplete="off"
            hint="What people call it, such as Web shop. May be left empty."
            error={errors.service}
          />
          <div role="alert">
            {problem !== null && !problem.fields ? <Notice tone="danger">{problem.message}</Notice> : null}
          </div>
          <div className="flex justify-end gap-2">
            <Button onClick={pending ? undefined : close}>Cancel</Button>
            <Button type="submit" variant="primary" pending={pending} pendingLabel="Checking…">
              Watch
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  );
}
