import type { ComponentProps, ReactNode } from "react";
import { SignOutButton } from "@/components/auth/sign-out-button";
import { RunBanner } from "@/components/cleanup/run-banner";
import { QueryProvider } from "@/components/query-provider";
import { AppFrame } from "@/components/shell/app-frame";
import { ToastProvider } from "@/components/ui/toasts";
import { accountName } from "@/lib/accounts/queries";
import { ROLE_LABELS, type Role } from "@/lib/accounts/rules";
import { admitToPage } from "@/lib/auth/gate";
import { type Permission, roleMay } from "@/lib/auth/rules";
import { readAlarm } from "@/lib/cleanup/history";

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const now = new Date();
  const scope = await admitToPage("certificates:read", now);
  const [account, alarm] = await Promise.all([
    accountName(scope),
    roleMay(scope.role, "cleanup:manage") ? readAlarm(scope) : null,
  ]);
  const person = { email: scope.email, role: ROLE_LABELS[scope.role], account };
  return (
    <QueryProvider>
      <ToastProvider>
        <AppFrame groups={navigation(scope.role)} person={person} signOut={<SignOutButton />}>
          {alarm === null ? null : <RunBanner alarm={alarm} now={now} />}
          {children}
        </AppFrame>
      </ToastProvider>
    </QueryProvider>
  );
}

type Entry = ComponentProps<typeof AppFrame>["groups"][number]["entries"][number];

const INVENTORY: Entry[] = [
  { label: "Overview", href: "/", covers: ["/certificates"] },
  { label: "Removals", href: "/removals" },
];
const SETTINGS: (Entry & { can: Permission })[] = [
  { label: "Certificate Cleanup", href: "/settings/cleanup", can: "cleanup:manage" },
  { label: "Destinations", href: "/settings/destinations", can: "destinations:manage" },
  { label: "Discovery", href: "/settings/discovery", can: "discovery:manage" },
  { label: "Issuers", href: "/settings/issuers", can: "issuers:manage" },
  { label: "Members", href: "/settings/members", can: "members:manage" },
  { label: "Notifications", href: "/settings/notifications", can: "notifications:manage" },
  { label: "API tokens", href: "/settings/api-tokens", can: "tokens:own" },
];

/** What the person may open. A page that is not here still answers, and says who can open it. */
function navigation(role: Role): ComponentProps<typeof AppFrame>["groups"] {
  const settings = SETTINGS.filter((entry) => roleMay(role, entry.can));
  const inventory = { entries: INVENTORY };
  return settings.length === 0 ? [inventory] : [inventory, { title: "Settings", entries: settings }];
}
