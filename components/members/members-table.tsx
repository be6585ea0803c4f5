"use client";

import { useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { Notice } from "@/components/ui/notice";
import { Table, Th } from "@/components/ui/table";
import { useChange } from "@/components/ui/use-change";
import { changeMemberRole, disableAccountMember, enableAccountMember, signMemberOut } from "@/lib/accounts/actions";
import { ROLE_LABELS, type Role } from "@/lib/accounts/rules";
import { MemberRow, type MemberView } from "./member-row";

type Question = { kind: "disable"; member: MemberView } | { kind: "step_down"; member: MemberView; role: Role };

/** Everybody of the account, with what a product admin may change. */
export function MembersTable({ members, now }: { members: MemberView[]; now: Date }) {
  const { run, pending, problem, clearProblem } = useChange();
  const [question, setQuestion] = useState<Question | null>(null);

  const changeRole = (member: MemberView, role: Role, after?: () => void) =>
    run(() => changeMemberRole({ userId: member.userId, role }), {
      message: `${member.email} is ${ROLE_LABELS[role]} now.`,
      ...(after === undefined ? {} : { after }),
    });
  const askOrChangeRole = (member: MemberView, role: Role) => {
    if (member.isYou && member.role === "admin") return ask({ kind: "step_down", member, role });
    changeRole(member, role);
  };
  const ask = (asked: Question) => {
    clearProblem();
    setQuestion(asked);
  };
  const enable = (member: MemberView) =>
    run(() => enableAccountMember({ userId: member.userId }), { message: `${member.email} may sign in again.` });
  const signOut = (member: MemberView) =>
    run(() => signMemberOut({ userId: member.userId }), {
      message: `${member.email} is signed out everywhere.`,
      after: () => member.isYou && window.location.assign("/sign-in"),
    });
  const close = () => setQuestion(null);
  const confirm = () => {
    switch (question?.kind) {
      case "disable":
        return run(() => disableAccountMember({ userId: question.member.userId }), {
          message: `${question.member.email} is disabled.`,
          after: close,
        });
      case "step_down":
        return changeRole(question.member, question.role, close);
    }
  };

  return (
    <>
      <div role="alert" className="not-empty:mb-4">
        {problem !== null && question === null ? <Notice tone="danger">{problem}</Notice> : null}
      </div>
      <Table
        label="Members"
        head={
          <>
            <Th>Email</Th>
            <Th>Role</Th>
            <Th>State</Th>
            <Th>Last seen</Th>
            <Th align="end">Actions</Th>
          </>
        }
      >
        {members.map((member) => (
          <MemberRow
            key={member.userId}
            member={member}
            now={now}
            pending={pending}
            onRole={(role) => askOrChangeRole(member, role)}
            onDisable={() => ask({ kind: "disable", member })}
            onEnable={() => enable(member)}
            onSignOut={() => signOut(member)}
          />
        ))}
      </Table>
      <AlertDialog
        open={question !== null}
        onClose={close}
        onConfirm={confirm}
        pending={pending}
        error={problem}
        {...(question?.kind === "step_down"
          ? stepDownWords(question.role)
          : disableWords(question?.member.email ?? ""))}
      />
    </>
  );
}

function stepDownWords(role: Role) {
  return {
    title: "Change your own role",
    description: `You will be ${ROLE_LABELS[role]} and can no longer open this page. Another product admin can make you one again.`,
    confirmLabel: "Change my role",
    pendingLabel: "Changing…",
  };
}

function disableWords(email: string) {
  return {
    title: "Disable member",
    description: `${email} is signed out everywhere and cannot sign in until a product admin enables them again. Their API tokens are revoked. What they did stays recorded.`,
    confirmLabel: "Disable",
    pendingLabel: "Disabling…",
  };
}
