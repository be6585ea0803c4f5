import { ShownOnce } from "@/components/ui/shown-once";

const HINT = "Whoever has it can use it. Send it as Authorization: Bearer, and keep it where secrets are kept.";

/** A new token, this once. */
export function TokenSecret({ token, onDone }: { token: string; onDone: () => void }) {
  return <ShownOnce label="Token" secret={token} hint={HINT} onDone={onDone} />;
}
