import type { Metadata } from "next";
import { PageHeader } from "@/components/ui/page-header";
import { admitToPage } from "@/lib/auth/gate";

export const metadata: Metadata = { title: "Members" };

export default async function MembersPage() {
  await admitToPage("members:manage", new Date());
  return <PageHeader title="Members" />;
}
