import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { TextInput } from "@/components/ui/text-input";

/** The secret of a webhook, this once. */
export function WebhookSecret({ secret, onDone }: { secret: string; onDone: () => void }) {
  return (
    <div className="mt-4 grid gap-4">
      <TextInput
        label="Secret"
        value={secret}
        readOnly
        className="font-mono text-sm"
        onFocus={(event) => event.target.select()}
      />
      <div className="flex justify-end gap-2">
        <CopyButton text={secret} label="Copy secret" />
        <Button variant="primary" onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  );
}

export const SECRET_TITLE = "Keep this secret now";
export const SECRET_DESCRIPTION =
  "It is shown this once. The receiver checks with it that a message comes from here and is unchanged.";
