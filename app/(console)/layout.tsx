import type { ComponentProps, ReactNode } from "react";
import { SignOutButton } from "@/components/auth/sign-out-button";
import { QueryProvider } from "@/components/query-provider";
import { AppFrame } from "@/components/shell/app-frame";
import { ToastProvider } from "@/components/ui/toasts";
import { accountName } from "@/lib/accounts/queries";
import { ROLE_LABELS, type Role } from "@/lib/accounts/rules";
import { admitToPage } from "@/lib/auth/gate";
import { type Permission, roleMay } from "@/lib/auth/rules";

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const scope = await admitToPage("certificates:read", new Date());
  const person = { email: scope.email, role: ROLE_LABELS[scope.role], account: await accountName(scope) };
  return (
    <QueryProvider>
      <ToastProvider>
        <AppFrame groups={navigation(scope.role)} person={person} signOut={<SignOutButton />}>
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
  { label: "Members", href: "/settings/members", can: "members:manage" },
];

/** What the person may open. A page that is not here still answers, and says who can open it. */
function navigation(role: Role): ComponentProps<typeof AppFrame>["groups"] {
  const settings = SETTINGS.filter((entry) => roleMay(role, entry.can));
  const inventory = { entries: INVENTORY };
  return settings.length === 0 ? [inventory] : [inventory, { title: "Settings", entries: settings }];
}
