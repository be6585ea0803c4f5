import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { TextInput } from "@/components/ui/text-input";

/** A new token, this once. */
export function TokenSecret({ token, onDone }: { token: string; onDone: () => void }) {
  return (
    <div className="mt-4 grid gap-4">
      <TextInput
        label="Token"
        value={token}
        readOnly
        className="font-mono text-sm"
        hint="Whoever has it can use it. Send it as Authorization: Bearer, and keep it where secrets are kept."
        onFocus={(event) => event.target.select()}
      />
      <div className="flex justify-end gap-2">
        <CopyButton text={token} label="Copy token" />
        <Button variant="primary" onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  );
}
