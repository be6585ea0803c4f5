import { NumberField } from "@/components/ui/number-field";
import { Switch } from "@/components/ui/switch";

/** What holds for the certificates of a private CA, made here or imported. */
export function LimitFields({ errors }: { errors: Record<string, string> }) {
  return (
    <>
      <NumberField
        label="Certificates valid for (days)"
        name="maxDays"
        min={1}
        max={3653}
        defaultValue={90}
        hint="The longest that may be asked for."
        error={errors.maxDays}
      />
      <Switch
        label="Renew automatically"
        name="renewAutomatically"
        defaultChecked
        hint="At two thirds of the lifetime, where the key is kept here."
      />
    </>
  );
}
