"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { FormProblem } from "@/components/auth/form-problem";
import { textOf } from "@/components/auth/sign-in";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Dialog } from "@/components/ui/dialog";
import { Select } from "@/components/ui/select";
import { SubmitButton } from "@/components/ui/submit-button";
import { TextInput } from "@/components/ui/text-input";
import { inviteMember } from "@/lib/accounts/actions";
import { INVITATION_HOURS, ROLE_LABELS, ROLES } from "@/lib/accounts/rules";

const ROLE_OPTIONS = ROLES.map((role) => ({ value: role, label: ROLE_LABELS[role] }));

/** The button that invites, and its dialog: first whom and as what, then the link, which is shown this once. */
export function InviteMember() {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<{ email: string; link: string } | null>(null);
  const close = () => {
    setOpen(false);
    setMade(null);
    router.refresh();
  };
  return (
    <>
      <Button variant="primary" onClick={() => setOpen(true)}>
        Invite member
      </Button>
      <Dialog
        open={open}
        onClose={close}
        title={made === null ? "Invite member" : `Send this link to ${made.email}`}
        description={
          made === null
            ? "Certsweep sends no mail: you get a link to pass on."
            : `It works once, within ${INVITATION_HOURS} hours, and cannot be shown again.`
        }
      >
        {made === null ? (
          <InviteForm onMade={setMade} onCancel={close} />
        ) : (
          <InvitationLink link={made.link} onDone={close} />
        )}
      </Dialog>
    </>
  );
}

type InviteFormProps = { onMade: (made: { email: string; link: string }) => void; onCancel: () => void };

function InviteForm({ onMade, onCancel }: InviteFormProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const [entered, setEntered] = useState({ email: "", role: "viewer" });
  const submit = async (form: FormData) => {
    const email = textOf(form, "email").trim();
    const role = ROLES.find((one) => one === textOf(form, "role")) ?? "viewer";
    setEntered({ email, role });
    setProblem(null);
    try {
      const answer = await inviteMember({ email, role });
      if (answer.ok) return onMade({ email, link: answer.value.link });
      setProblem(answer.problem.message);
    } catch {
      setProblem("The server did not answer. Try again.");
    }
  };
  return (
    <form action={submit} className="mt-4 grid gap-4">
      <FormProblem>{problem}</FormProblem>
      <TextInput
        label="Email"
        name="email"
        type="email"
        autoComplete="off"
        required
        defaultValue={entered.email}
        key={`email ${entered.email}`}
      />
      <Select label="Role" name="role" options={ROLE_OPTIONS} defaultValue={entered.role} key={entered.role} />
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <SubmitButton pendingLabel="Making the link…">Make link</SubmitButton>
      </div>
    </form>
  );
}

function InvitationLink({ link, onDone }: { link: string; onDone: () => void }) {
  return (
    <div className="mt-4 grid gap-4">
      <TextInput label="Invitation link" value={link} readOnly onFocus={(event) => event.target.select()} />
      <div className="flex justify-end gap-2">
        <CopyButton text={link} label="Copy link" />
        <Button variant="primary" onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  );
}
