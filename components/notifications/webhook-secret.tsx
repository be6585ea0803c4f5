import { ShownOnce } from "@/components/ui/shown-once";

/** The secret of a webhook, this once. */
export function WebhookSecret({ secret, onDone }: { secret: string; onDone: () => void }) {
  return <ShownOnce label="Secret" secret={secret} onDone={onDone} />;
}

export const SECRET_TITLE = "Keep this secret now";
export const SECRET_DESCRIPTION =
  "It is shown this once. The receiver checks with it that a message comes from here and is unchanged.";
