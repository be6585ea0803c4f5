import { Select } from "@/components/ui/select";
import { COPY_HANDLING_LABELS, COPY_HANDLINGS, type CopyHandling } from "@/lib/cleanup/rules";

type CopiesFieldProps = { value: CopyHandling; onChange: (value: CopyHandling) => void };

/** What a run does about the copies of synced certificates that it removes. */
export function CopiesField({ value, onChange }: CopiesFieldProps) {
  return (
    <Select
      label="Copies at destinations"
      hint="Removing them first keeps a certificate whose copy cannot be removed."
      layout="row"
      className="w-44!"
      value={value}
      onChange={({ target }) => onChange(COPY_HANDLINGS.find((one) => one === target.value) ?? value)}
      options={COPY_HANDLINGS.map((one) => ({ value: one, label: COPY_HANDLING_LABELS[one] }))}
    />
  );
}
