"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useEffect, useRef, useState, useTransition } from "react";
import { FormProblem } from "@/components/auth/form-problem";
import { CHALLENGE_HINTS, CHALLENGE_LABELS } from "@/components/issuers/challenge-words";
import { Button } from "@/components/ui/button";
import { Card, CardActions, CardSection } from "@/components/ui/card";
import { NumberField } from "@/components/ui/number-field";
import { Select } from "@/components/ui/select";
import { TextArea } from "@/components/ui/text-area";
import { useToast } from "@/components/ui/toasts";
import { browserAnswer } from "@/lib/http/browser-request";
import {
  CHALLENGES,
  type Challenge,
  ISSUER_KIND_LABELS,
  KEY_ALGORITHM_LABELS,
  KEY_ALGORITHMS,
} from "@/lib/issuers/rules";
import type { IssuerChoice } from "@/lib/issuers/schema";
import { issueCertificateAction } from "@/lib/orders/actions";
import { startDays } from "./issue-words";

const KEYS = [
  ...KEY_ALGORITHMS.map((value) => ({ value, label: `Made here: ${KEY_ALGORITHM_LABELS[value]}` })),
  { value: "csr", label: "Paste a CSR" },
] as const;
type Key = (typeof KEYS)[number]["value"];

/** What to issue and by whom; at least one issuer is there to choose. */
export function IssueForm({ issuers }: { issuers: readonly [IssuerChoice, ...IssuerChoice[]] }) {
  const router = useRouter();
  const showToast = useToast();
  const form = useRef<HTMLFormElement>(null);
  const [issuer, setIssuer] = useState(issuers[0]);
  const [days, setDays] = useState(startDays(issuers[0]));
  const [challenge, setChallenge] = useState<Challenge>(issuers[0].challenge ?? "http-01");
  const [key, setKey] = useState<Key>("ec_p256");
  const [problem, setProblem] = useState<{ message: string; fields: Record<string, string> } | null>(null);
  const [pending, startTransition] = useTransition();
  useEffect(() => {
    if (problem !== null) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problem]);

  const chooseIssuer = (id: string) => {
    const chosen = issuers.find((one) => one.id === id) ?? issuer;
    setIssuer(chosen);
    setDays(startDays(chosen));
    setChallenge(chosen.challenge ?? challenge);
    setProblem(null);
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (pending) return;
    const data = new FormData(event.currentTarget);
    const typed = (name: string) => String(data.get(name) ?? "");
    const isAcme = issuer.kind === "acme";
    const order = {
      ...{ issuerId: issuer.id, key, csr: typed("csr"), names: typed("names") },
      days: isAcme ? "" : days,
      challenge: isAcme ? challenge : null,
    };
    startTransition(async () => {
      const answer = await browserAnswer(() => issueCertificateAction(order));
      if (!answer.ok) return setProblem({ fields: {}, ...answer.problem });
      if (answer.value.kind === "refused") {
        const { field, sentence } = answer.value;
        return setProblem({ message: sentence, fields: { [field]: sentence } });
      }
      const { orderId, certificateId } = answer.value;
      if (certificateId === null) return router.push(`/certificates/orders/${orderId}`);
      showToast({ message: `The certificate was issued by ${issuer.name}.` });
      router.push(`/certificates/${certificateId}`);
    });
  };
  const errors = problem?.fields ?? {};
  const isTold = SHOWN_FIELDS.some((field) => errors[field] !== undefined);
  return (
    <form ref={form} onSubmit={submit} noValidate aria-label="Issue certificate">
      <Card>
        <CardSection className="grid gap-4">
          <FormProblem>{problem === null || isTold ? null : problem.message}</FormProblem>
          <Select
            label="Issuer"
            value={issuer.id}
            onChange={({ target }) => chooseIssuer(target.value)}
            options={issuers.map(({ id, name, kind }) => ({
              value: id,
              label: `${name} (${ISSUER_KIND_LABELS[kind]})`,
            }))}
            error={errors.issuerId}
          />
          <Select
            label="Key"
            value={key}
            onChange={({ target }) => setKey(KEYS.find(({ value }) => value === target.value)?.value ?? key)}
            options={KEYS}
            hint={
              key === "csr"
                ? "The private key stays where it is. Certsweep cannot renew the certificate by itself."
                : "The private key is kept here, encrypted, and goes where the certificate is synced to."
            }
            error={errors.key}
          />
          {key === "csr" ? (
            <TextArea
              label="CSR (PEM)"
              name="csr"
              mono
              rows={8}
              required
              autoComplete="off"
              placeholder="-----BEGIN CERTIFICATE REQUEST-----"
              hint="The certificate is for the names that it asks for."
              error={errors.csr ?? errors.names}
            />
          ) : (
            <TextArea
              label="Names"
              name="names"
              rows={4}
              required
              autoComplete="off"
              spellCheck={false}
              placeholder={"www.example.com\n*.example.com\n192.0.2.10"}
              hint="DNS names, wildcards and IP addresses, one a line or with commas between them. The first is the common name."
              error={errors.names}
            />
          )}
          {issuer.kind === "acme" ? (
            <Select
              label="Challenge"
              value={challenge}
              onChange={({ target }) => setChallenge(CHALLENGES.find((one) => one === target.value) ?? challenge)}
              options={CHALLENGES.map((value) => ({ value, label: CHALLENGE_LABELS[value] }))}
              hint={CHALLENGE_HINTS[challenge]}
              error={errors.challenge}
            />
          ) : (
            <NumberField
              label="Valid for (days)"
              value={days}
              onChange={({ target }) => setDays(target.value)}
              min={1}
              max={issuer.maxDays ?? 1}
              hint={`${issuer.name} allows ${(issuer.maxDays ?? 1).toLocaleString("en")} at most.`}
              error={errors.days}
            />
          )}
        </CardSection>
        <CardActions>
          <Button type="submit" variant="primary" pending={pending} pendingLabel="Issuing…">
            Issue
          </Button>
        </CardActions>
      </Card>
    </form>
  );
}

/** Those at which a problem is told. */
const SHOWN_FIELDS = ["issuerId", "key", "csr", "names", "challenge", "days"];
