import { KeyObject } from "node:crypto";
import type { Page } from "@playwright/test";

export function screenOf(page: Page) {
  return {
    files: page.getByLabel("Certificate files"),
    pem: page.getByRole("textbox", { name: "Certificate (PEM)" }),
    name: page.getByRole("textbox", { name: "Name" }),
    password: page.getByRole("textbox", { name: "Password" }),
    upload: page.getByRole("button", { name: "Upload" }),
    results: page.getByRole("region", { name: "Upload results" }),
  };
}

export const fileOf = (name: string, text: string | Buffer) => ({
  name,
  mimeType: "application/octet-stream",
  buffer: Buffer.from(text),
});

export const pemOf = (key: CryptoKey) => KeyObject.from(key).export({ type: "pkcs8", format: "pem" }).toString();
