import { Button } from "@/components/ui/button";
import { RelativeTime } from "@/components/ui/relative-time";
import { Select } from "@/components/ui/select";
import { Td, Tr } from "@/components/ui/table";
import { ROLE_LABELS, ROLES, type Role } from "@/lib/accounts/rules";

export type MemberView = {
  userId: string;
  email: string;
  role: Role;
  disabledAt: Date | null;
  lastSeenAt: Date | null;
  isYou: boolean;
};

const ROLE_OPTIONS = ROLES.map((role) => ({ value: role, label: ROLE_LABELS[role] }));

type MemberRowProps = {
  member: MemberView;
  now: Date;
  pending: boolean;
  onRole: (role: Role) => void;
  onDisable: () => void;
  onEnable: () => void;
  onSignOut: () => void;
};

/** One member and what can be changed about them. */
export function MemberRow({ member, now, pending, onRole, onDisable, onEnable, onSignOut }: MemberRowProps) {
  const disabled = member.disabledAt !== null;
  return (
    <Tr>
      <Td narrow="lead">
        <span className="font-medium">{member.email}</span>
        {member.isYou ? <span className="text-muted"> (you)</span> : null}
        {disabled ? <span className="text-danger wide:hidden"> · Disabled</span> : null}
      </Td>
      <Td narrow="second">
        <Select
          label="Role"
          hideLabel
          className="max-w-40 min-w-32"
          options={ROLE_OPTIONS}
          value={member.role}
          aria-busy={pending || undefined}
          onChange={(event) => {
            const role = ROLES.find((one) => one === event.target.value);
            if (role !== undefined && !pending) onRole(role);
          }}
        />
      </Td>
      <Td>{disabled ? <span className="text-danger">Disabled</span> : "Active"}</Td>
      <Td className="whitespace-nowrap">
        {member.lastSeenAt === null ? (
          <span className="text-faint">Never</span>
        ) : (
          <RelativeTime date={member.lastSeenAt} now={now} layout="cell" />
        )}
      </Td>
      <Td narrow="third" className="text-right wide:whitespace-nowrap">
        <Button variant="quiet" onClick={onSignOut} aria-label={`Sign out everywhere: ${member.email}`}>
          Sign out everywhere
        </Button>
        {disabled ? (
          <Button variant="quiet" onClick={onEnable} aria-label={`Enable ${member.email}`}>
            Enable
          </Button>
        ) : (
          <Button
            variant="quiet-danger"
            onClick={onDisable}
            aria-label={`Disable ${member.email}`}
            explain={member.isYou ? "You cannot disable yourself. Another product admin can." : undefined}
          >
            Disable
          </Button>
        )}
      </Td>
    </Tr>
  );
}
