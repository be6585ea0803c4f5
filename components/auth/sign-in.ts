import { signIn } from "next-auth/react";
import { signInSentence } from "@/lib/auth/rules";

/** Signs in; answers with the sentence to show, or null when it worked and the session's cookie is there. */
export async function signInWithPassword(credentials: { email: string; password: string }): Promise<string | null> {
  try {
    const answer = await signIn("credentials", { ...credentials, redirect: false });
    if (answer?.ok && !answer.error) return null;
    return signInSentence(answer?.error ?? "unavailable");
  } catch {
    // The server could not be reached at all.
    return signInSentence("unavailable");
  }
}

/** A text field of a form; files and missing fields are empty. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}
