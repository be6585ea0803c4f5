import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { TextInput } from "@/components/ui/text-input";

type Props = {
  /** What it is, such as "Token"; the field's label. */
  label: string;
  secret: string;
  hint?: string;
  onDone: () => void;
};

/** A new secret, to be copied this once. */
export function ShownOnce({ label, secret, hint, onDone }: Props) {
  return (
    <div className="mt-4 grid gap-4">
      <TextInput
        label={label}
        value={secret}
        readOnly
        className="font-mono text-sm"
        {...(hint === undefined ? {} : { hint })}
        onFocus={(event) => event.target.select()}
      />
      <div className="flex justify-end gap-2">
        <CopyButton text={secret} label={`Copy ${label.toLowerCase()}`} />
        <Button variant="primary" onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  );
}
