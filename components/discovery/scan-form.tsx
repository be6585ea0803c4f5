"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useEffect, useRef, useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { Card, CardActions, CardSection } from "@/components/ui/card";
import { Notice } from "@/components/ui/notice";
import { Select } from "@/components/ui/select";
import { TextArea } from "@/components/ui/text-area";
import { TextInput } from "@/components/ui/text-input";
import { startDiscovery } from "@/lib/discovery/actions";
import { PORTS_LIMIT, TARGETS_LIMIT } from "@/lib/discovery/rules";
import { PROTOCOL_LABELS, PROTOCOLS, type Protocol, USUAL_PORTS } from "@/lib/endpoints/rules";
import { browserAnswer } from "@/lib/http/browser-request";
import type { Problem } from "@/lib/http/result";

const CHOICES = PROTOCOLS.map((value) => ({ value, label: PROTOCOL_LABELS[value] }));
const GOING_ON = "A scan is going on. Wait until it ends, or stop it first.";

/** What to look at, and the button that starts a scan of it; `isBusy` while another one goes on. */
export function ScanForm({ isBusy }: { isBusy: boolean }) {
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const [ports, setPorts] = useState("443");
  const [protocol, setProtocol] = useState<Protocol>("tls");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [pending, startTransition] = useTransition();
  useEffect(() => {
    if (problem?.fields) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problem]);
  const chooseProtocol = (chosen: string) => {
    const next = PROTOCOLS.find((each) => each === chosen) ?? "tls";
    // Ports that somebody typed stay.
    if (ports === USUAL_PORTS[protocol].join(", ")) setPorts(USUAL_PORTS[next].join(", "));
    setProtocol(next);
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (pending || isBusy) return;
    const hosts = String(new FormData(event.currentTarget).get("hosts") ?? "");
    setProblem(null);
    startTransition(async () => {
      const answer = await browserAnswer(() => startDiscovery({ hosts, ports, protocol }));
      if (answer.ok) router.push(`/settings/discovery/${answer.value.scanId}`);
      else setProblem(answer.problem);
    });
  };
  const errors = problem?.fields ?? {};
  return (
    <form ref={form} onSubmit={submit} noValidate aria-label="New scan">
      <Card>
        <CardSection className="grid gap-4">
          <TextArea
            label="Hosts and ranges"
            name="hosts"
            required
            mono
            rows={4}
            autoComplete="off"
            placeholder={"www.example.com\n192.0.2.0/24"}
            hint="One a line, or with commas between them: names, addresses, and ranges up to /20 (IPv6: /116)."
            error={errors.hosts}
          />
          <div className="grid items-start gap-4 wide:grid-cols-2">
            <Select
              label="Protocol"
              options={CHOICES}
              value={protocol}
              onChange={(event) => chooseProtocol(event.target.value)}
              error={errors.protocol}
            />
            <TextInput
              label="Ports"
              name="ports"
              required
              inputMode="text"
              autoComplete="off"
              value={ports}
              onChange={(event) => setPorts(event.target.value)}
              hint={`${PORTS_LIMIT} at most. A scan makes ${TARGETS_LIMIT.toLocaleString("en")} connections at most.`}
              error={errors.ports}
            />
          </div>
          <div role="alert" className="empty:hidden">
            {problem !== null && !problem.fields ? <Notice tone="danger">{problem.message}</Notice> : null}
          </div>
        </CardSection>
        <CardActions>
          <Button
            type="submit"
            variant="primary"
            pending={pending}
            pendingLabel="Starting…"
            explain={isBusy ? GOING_ON : undefined}
          >
            Start scan
          </Button>
        </CardActions>
      </Card>
    </form>
  );
}
