import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata } from "next";
import { connection } from "next/server";
import type { ReactNode } from "react";
import "./globals.css";

export const metadata: Metadata = { title: { default: "Certsweep", template: "%s · Certsweep" } };

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Every page is rendered for its request: the scripts in it carry the nonce of its content security policy.
  await connection();
  return (
    <html lang="en" className={`${GeistSans.variable} ${GeistMono.variable}`}>
      <body>{children}</body>
    </html>
  );
}
